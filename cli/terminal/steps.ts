import { Interrupted, StepFailure } from "./failure.ts";
import type { Interruption } from "./interruption.ts";
import type { Log } from "./log-file.ts";

/** Tells a person what is done: one line. */
export type ReportProgress = (line: string) => void;

/** A step's ways to talk to the person. */
export interface StepContext {
    /** Something that was done or noticed: kept in the log, and on the screen where that isn't redrawn. */
    readonly report: ReportProgress;
    /** Reports progress: shown until the next report; seldom where there is no terminal. */
    readonly status: ReportProgress;
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
    step<Result>(title: string, run: (step: StepContext) => Promise<Result>): Promise<Result>;
}

/** Options for running the steps of a command. */
export interface ProgressOptions {
    readonly log: Log;
    readonly interruption: Interruption;
    /** Answers every question with yes. */
    readonly yes: boolean;
}

/**
 * Shows a step from its beginning to its end.
 *
 * @param run the step, which talks to the person in the way that this shows it
 */
export type Show = <Result>(title: string, run: (step: StepContext) => Promise<Result>) => Promise<Result>;

/** Runs steps that are shown in one way: each is in the log, and stops at a signal. */
export function stepsShownBy(show: Show, { log, interruption }: ProgressOptions): Progress {
    return {
        step: (title, run) =>
            show(title, async (step) => {
                log.write(`== ${title}`);
                try {
                    interruption.throwIfRequested();
                    const result = await run({
                        ...step,
                        report: (line) => {
                            log.write(line);
                            step.report(line);
                        },
                        done: (outcome) => {
                            log.write(`${title}: ${outcome}`);
                            step.done(outcome);
                        },
                    });
                    interruption.throwIfRequested();
                    return result;
                } catch (error) {
                    log.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
                    throw interruption.requested.aborted ? new Interrupted() : new StepFailure(title, error);
                }
            }),
    };
}
