import { Interrupted, StepFailure } from "./failure.ts";
import { confirmOnStandardError } from "./prompt.ts";
import type { Progress, ProgressOptions, Report } from "./steps.ts";

/** Shows the steps as plain lines on standard error, which leaves standard output to the result. */
export function showLines(options: ProgressOptions): Progress {
    return plainSteps(options, (title, say) => {
        say(title);
        return { report: say, done: say, end: () => undefined };
    });
}

/** Time that a step may take without a word, in milliseconds: it does when all it needs is there. */
const silence = 4_000;

/** Shows a step only if it takes long, and then from its beginning. */
export function showNothing(options: ProgressOptions): Progress {
    return plainSteps(options, (_, say) => {
        const held: string[] = [];
        let report = (line: string): void => {
            held.push(line);
        };
        const timer = setTimeout(() => {
            held.forEach(say);
            report = say;
        }, silence);
        return {
            report: (line) => {
                report(line);
            },
            done: () => undefined,
            end: () => {
                clearTimeout(timer);
            },
        };
    });
}

/** Says what a step reports, in one of the plain ways. */
interface PlainStep {
    readonly report: Report;
    readonly done: Report;
    readonly end: () => void;
}

function plainSteps(
    { log, interruption }: ProgressOptions,
    begin: (title: string, say: Report) => PlainStep,
): Progress {
    const say = (line: string): void => {
        process.stderr.write(`${line}\n`);
    };
    return {
        step: async (title, run) => {
            log.write(`== ${title}`);
            const plain = begin(title, say);
            const report = (line: string): void => {
                log.write(line);
                plain.report(line);
            };
            try {
                interruption.throwIfRequested();
                const result = await run({
                    report,
                    status: log.write,
                    confirm: confirmOnStandardError(interruption.requested),
                    done: (result) => {
                        log.write(`${title}: ${result}`);
                        plain.done(`${title}: ${result}`);
                    },
                });
                interruption.throwIfRequested();
                return result;
            } catch (error) {
                throw interruption.requested.aborted ? new Interrupted() : new StepFailure(title, error);
            } finally {
                plain.end();
            }
        },
    };
}
