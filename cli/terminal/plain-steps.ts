import { confirmOnStandardError } from "./prompt.ts";
import { stepsShownBy, type Progress, type ProgressOptions, type ReportProgress } from "./steps.ts";

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

/** Shows the steps as plain lines on standard error, which leaves standard output to the result. */
export function showLines(options: ProgressOptions): Progress {
    const confirm = confirmOnStandardError(options.interruption.requested);
    return stepsShownBy((title, run) => {
        say(title);
        const done = (result: string): void => {
            say(`${title}: ${result}`);
        };
        return run({ report: say, status: options.log.write, confirm, done });
    }, options);
}

/** Time that a step may take without a word, in milliseconds: it does when all it needs is there. */
const silence = 4_000;

/** Shows a step only if it takes long, and then from its beginning. */
export function showNothing(options: ProgressOptions): Progress {
    const confirm = confirmOnStandardError(options.interruption.requested);
    return stepsShownBy(async (_, run) => {
        const held: string[] = [];
        let report: ReportProgress = (line) => {
            held.push(line);
        };
        const timer = setTimeout(() => {
            held.forEach(say);
            report = say;
        }, silence);
        try {
            return await run({
                report: (line) => {
                    report(line);
                },
                status: options.log.write,
                confirm,
                done: () => undefined,
            });
        } finally {
            clearTimeout(timer);
        }
    }, options);
}
