import {
    type DefaultRenderer,
    Listr,
    ListrPromptAdapter,
    ListrTaskEventType,
    type ListrTaskWrapper,
    PRESET_TIMER,
    type SimpleRenderer,
} from "listr2";

import { askYesNo, atTerminal } from "./prompt.ts";
import { Interrupted, StepFailure } from "./failure.ts";
import type { Interruption } from "./interruption.ts";
import type { Log } from "./log-file.ts";

/** Tells a person what is done: one line. */
export type Report = (line: string) => void;

/** A step's ways to talk to the person. */
export interface Talk {
    /** Something that was done or noticed: kept in the log, and on the screen where that isn't redrawn. */
    readonly report: Report;
    /** Reports progress: shown until the next report; seldom where there is no terminal. */
    readonly status: Report;
    /**
     * Asks a yes-or-no question. Without a terminal, or with --yes, nobody is asked, and a "yes" is reported.
     *
     * @param otherwise the answer to nothing typed, and of nobody there; --yes never overrules a "no". Default: "yes"
     */
    readonly confirm: (question: string, otherwise?: "yes" | "no") => Promise<boolean>;
    /** Says what came of the step, in a few words behind its title. */
    readonly done: (result: string) => void;
}

/** Runs the steps of a command. */
export interface Progress {
    /**
     * Runs one step and shows it with the time that it took: redrawn in place on a terminal, plain lines otherwise.
     *
     * @throws StepFailure when the step fails
     * @throws Interrupted when a signal stopped it
     */
    step<Result>(title: string, run: (talk: Talk) => Promise<Result>): Promise<Result>;
}

/** Options for running the steps of a command. */
export interface ProgressOptions {
    readonly log: Log;
    readonly interruption: Interruption;
    /** Answers every question with yes. */
    readonly yes: boolean;
}

/** Without a terminal a status is printed at most this often, in ms. */
const quietFor = 15_000;

/** Without a terminal what is under way is said again, with the elapsed time, at this interval, in ms. */
const signOfLife = 60_000;

/** Shows the steps of a command with listr2. */
export function showSteps(options: ProgressOptions): Progress {
    return {
        step: async (title, run) => {
            const results: { readonly value: Awaited<ReturnType<typeof run>> }[] = [];
            const list = new Listr<unknown, "default", "simple">(
                [
                    {
                        title,
                        task: async (_, task) => {
                            results.push({ value: await runStep(title, run, task, options) });
                        },
                    },
                ],
                {
                    // Signals are this project's own business (interruption.ts): the engine must be waited for.
                    registerSignalListeners: false,
                    fallbackRendererCondition: !process.stdout.isTTY,
                    rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false },
                    fallbackRenderer: "simple",
                    fallbackRendererOptions: { timer: PRESET_TIMER },
                },
            );
            await list.run();
            const [result] = results;
            if (result === undefined) {
                throw new Error(`The step "${title}" did not run.`);
            }
            return result.value;
        },
    };
}

async function runStep<Result>(
    title: string,
    run: (talk: Talk) => Promise<Result>,
    task: ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>,
    { log, interruption, yes }: ProgressOptions,
): Promise<Result> {
    const started = performance.now();
    const live = process.stdout.isTTY;
    let shown = "";
    let lastStatus = started;
    log.write(`== ${title}`);

    // Where the screen is redrawn, the elapsed time ticks behind what is under way; elsewhere it is a sign of life.
    const redraw = (): void => {
        const seconds = Math.round((performance.now() - started) / 1000);
        task.output = [shown, ...(seconds < 2 ? [] : [`${seconds} s`])]
            .filter((part) => part !== "")
            .join(" · ");
    };
    const ticking = setInterval(redraw, live ? 1000 : signOfLife);
    const show = (line: string): void => {
        shown = line;
        if (live) {
            redraw();
        } else {
            task.output = line;
        }
    };

    const talk: Talk = {
        report: (line) => {
            log.write(line);
            show(line);
        },
        status: (line) => {
            if (live || performance.now() - lastStatus > quietFor) {
                lastStatus = performance.now();
                show(line);
            }
        },
        confirm: async (question, otherwise = "yes") => {
            const given = answerUnasked(otherwise, yes, atTerminal());
            if (given !== undefined) {
                // What follows from a "no" is said by the step that asked.
                (given.answer ? talk.report : log.write)(`${question} ${given.text}`);
                return given.answer;
            }
            const { requested } = interruption;
            const answer = await task.prompt(YesOrNo).run<boolean>(question, otherwise, requested);
            log.write(`${question} ${answer ? "Yes" : "No"}.`);
            return answer;
        },
        done: (result) => {
            log.write(`${title}: ${result}`);
            task.title = `${title}: ${result}`;
        },
    };

    try {
        interruption.throwIfRequested();
        const result = await run(talk);
        interruption.throwIfRequested();
        return result;
    } catch (error) {
        log.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
        if (interruption.requested.aborted) {
            throw new Interrupted();
        }
        throw new StepFailure(title, error);
    } finally {
        clearInterval(ticking);
        if (live) {
            task.output = "";
        }
    }
}

/**
 * The answer to a question that nobody is asked, undefined if a person is to be asked.
 *
 * @param otherwise the answer of nobody there
 * @param yes whether the person has said yes to everything
 * @param terminal whether a person could answer
 */
export function answerUnasked(
    otherwise: "yes" | "no",
    yes: boolean,
    terminal: boolean,
): { readonly answer: boolean; readonly text: string } | undefined {
    if (terminal && !yes) {
        return undefined;
    }
    const reason = yes ? "--yes" : "there is no terminal to ask at";
    return otherwise === "yes"
        ? { answer: true, text: `Yes (${reason}).` }
        : { answer: false, text: `No (${yes ? "--yes doesn't answer this" : reason}).` };
}

/** A question that listr2 leaves room for below the step. */
class YesOrNo extends ListrPromptAdapter {
    override async run<Answer>(
        question: string,
        otherwise: "yes" | "no",
        signal: AbortSignal,
    ): Promise<Answer>;
    override async run(question: string, otherwise: "yes" | "no", signal: AbortSignal): Promise<boolean> {
        this.reportStarted();
        try {
            const output = this.wrapper.stdout(ListrTaskEventType.PROMPT);
            const yes = await askYesNo(question, otherwise, output, signal);
            this.reportCompleted();
            return yes;
        } catch (error) {
            this.reportFailed();
            throw error;
        }
    }
}
