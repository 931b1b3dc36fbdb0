import { describeBriefly, describeFailure, Interrupted } from "./failure.ts";
import { listenForInterruption, type Interruption } from "./interruption.ts";
import { openLog, type Log } from "./log-file.ts";
import { showLines, showNothing } from "./plain-steps.ts";
import type { Progress } from "./steps.ts";

/** Everything a command has at hand while it runs. */
export interface Command {
    readonly progress: Progress;
    readonly interruption: Interruption;
    readonly log: Log;
}

/** The result of a command. */
export interface Outcome {
    /** The text that ends it on standard output, and in the log. Default: none. */
    readonly text?: string;
    /** Default: 0. */
    readonly exitCode?: number;
}

/** The way a command shows itself. */
export interface CommandOptions {
    /** The name after `npm run`; the log is named after it. */
    readonly name: string;
    /**
     * `steps`: each step with its result, redrawn at a terminal. `lines`: the same as plain lines on standard error,
     * for a result that programs read. `nothing`: a step is seen only if it takes long.
     */
    readonly show: "steps" | "lines" | "nothing";
    /** Answers every question with yes. Default: false. */
    readonly yes?: boolean;
    /** Shown when a signal asks the command to stop, for the first and for the second one. Default: nothing. */
    readonly stopping?: readonly [first: string, second?: string];
    /** The command that goes on after an interruption. Default: none. */
    readonly again?: string;
}

/**
 * Runs a command with its log and its signals, writes what came of it, and sets the exit code of the process: that of
 * the outcome, 1 after a failure, and after a signal what the signal stands for.
 */
export async function runCommand(
    options: CommandOptions,
    body: (command: Command) => Promise<Outcome>,
): Promise<void> {
    let log: Log;
    try {
        log = openLog(options.name);
    } catch (error) {
        process.stderr.write(`${describeBriefly(error)}\n`);
        process.exitCode = 1;
        return;
    }
    const say = (text: string): void => {
        log.write(text);
        process.stderr.write(`${text}\n`);
    };
    const interruption = listenForInterruption((count) => {
        const text = options.stopping?.[count - 1];
        if (text !== undefined) {
            say(text);
        }
    });
    try {
        const { text, exitCode = 0 } = await body({
            log,
            interruption,
            progress: await progressOf(options, log, interruption),
        });
        if (text !== undefined) {
            log.write(text);
            process.stdout.write(options.show === "steps" ? `\n${text}\n` : `${text}\n`);
        }
        process.exitCode = exitCode;
    } catch (error) {
        if (error instanceof Interrupted) {
            const goesOn = options.again === undefined ? "" : ` The next ${options.again} goes on from here.`;
            say(`Stopped.${goesOn} The full log: ${log.file}`);
            process.exitCode = interruption.exitCode() ?? 130;
        } else {
            log.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
            process.stderr.write(`\n${describeFailure(error, log.file)}\n`);
            process.exitCode = 1;
        }
    } finally {
        interruption.stopListening();
    }
}

async function progressOf(
    { show, yes = false }: CommandOptions,
    log: Log,
    interruption: Interruption,
): Promise<Progress> {
    switch (show) {
        case "steps": {
            // It takes as long to load as all else that a command begins with.
            const { showSteps } = await import("./live-steps.ts");
            return showSteps({ log, interruption, yes });
        }
        case "lines":
            return showLines({ log, interruption, yes: true });
        case "nothing":
            return showNothing({ log, interruption, yes: true });
    }
}
