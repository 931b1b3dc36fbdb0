import {
    type DefaultRenderer,
    Listr,
    ListrPromptAdapter,
    ListrTaskEventType,
    type ListrTaskWrapper,
    PRESET_TIMER,
    type SimpleRenderer,
} from "listr2";

import { answerUnasked, askYesNo, atTerminal } from "./prompt.ts";
import { stepsShownBy, type Progress, type ProgressOptions, type StepContext } from "./steps.ts";

/** Without a terminal a status is printed at most this often, in ms. */
const quietFor = 15_000;

/** Without a terminal what is under way is said again, with the elapsed time, at this interval, in ms. */
const signOfLife = 60_000;

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Shows the steps of a command with listr2. */
export function showSteps(options: ProgressOptions): Progress {
    return stepsShownBy(async (title, run) => {
        const results: { readonly value: Awaited<ReturnType<typeof run>> }[] = [];
        const list = new Listr<unknown, "default", "simple">(
            [
                {
                    title,
                    task: async (_, task) => {
                        results.push({ value: await showStep(title, run, task, options) });
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
    }, options);
}

async function showStep<Result>(
    title: string,
    run: (step: StepContext) => Promise<Result>,
    task: Task,
    { log, interruption, yes }: ProgressOptions,
): Promise<Result> {
    const started = performance.now();
    const live = process.stdout.isTTY;
    let shown = "";
    let lastStatus = started;

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

    try {
        return await run({
            report: show,
            status: (line) => {
                if (live || performance.now() - lastStatus > quietFor) {
                    lastStatus = performance.now();
                    show(line);
                }
            },
            confirm: async (question, otherwise = "yes") => {
                const given = answerUnasked(otherwise, yes, atTerminal());
                if (given !== undefined) {
                    log.write(`${question} ${given.text}`);
                    // What follows from a "no" is said by the step that asked.
                    if (given.answer) {
                        show(`${question} ${given.text}`);
                    }
                    return given.answer;
                }
                const { requested } = interruption;
                const answer = await task.prompt(YesOrNo).run<boolean>(question, otherwise, requested);
                log.write(`${question} ${answer ? "Yes" : "No"}.`);
                return answer;
            },
            done: (result) => {
                task.title = `${title}: ${result}`;
            },
        });
    } finally {
        clearInterval(ticking);
        if (live) {
            task.output = "";
        }
    }
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
