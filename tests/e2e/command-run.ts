import { appendFileSync } from "node:fs";
import { constants } from "node:os";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";

import { killTree } from "./process-tree.ts";

/** Number of a command's last lines of output that are shown when it was expected to end otherwise. */
const shownLines = 40;

/** The end of a command. */
export interface Ended {
    /** 128 and the signal's number where a signal ended it. */
    readonly exitCode: number;
    readonly stdout: string;
    /** Standard output and error, in the order in which they came. */
    readonly output: string;
}

/** Where and how a command is run. */
export interface CommandOptions {
    readonly folder: string;
    /** The whole environment. */
    readonly environment: Readonly<Record<string, string>>;
    /** The file that gets the output too. */
    readonly transcript: string;
    /** When the command is given up and killed, in seconds. */
    readonly deadline: number;
}

function spawn(command: string, args: readonly string[], { folder, environment }: CommandOptions) {
    return execa(command, args, {
        cwd: folder,
        env: environment,
        extendEnv: false,
        stdin: "ignore",
        all: true,
        reject: false,
        // As a shell at a terminal starts a command.
        detached: true,
        cleanup: false,
    });
}

/** A command that was started and runs, in a process group of its own. */
export class RunningCommand {
    readonly #line: string;
    readonly #started = performance.now();
    readonly #child: ReturnType<typeof spawn>;
    readonly #deadline: NodeJS.Timeout;
    #late = false;

    constructor(command: string, args: readonly string[], options: CommandOptions) {
        this.#line = [command, ...args].join(" ");
        appendFileSync(options.transcript, `\n$ ${this.#line}\n`);
        this.#child = spawn(command, args, options);
        this.#child.all.on("data", (data: Buffer) => {
            appendFileSync(options.transcript, data);
        });
        this.#deadline = setTimeout(() => {
            this.#late = true;
            void this.kill();
        }, options.deadline * 1000);
    }

    /** Ctrl-C: the terminal sends it to every process of the foreground group. */
    interrupt(): void {
        if (this.#child.pid !== undefined) {
            process.kill(-this.#child.pid, "SIGINT");
        }
    }

    /** Ends the command and every process that it started, without a chance to tidy up. */
    async kill(): Promise<void> {
        if (this.#child.pid !== undefined) {
            await killTree(this.#child.pid);
        }
    }

    /** Ends the command's process group without a chance to tidy up; what left the group goes on. */
    killGroup(): void {
        if (this.#child.pid !== undefined) {
            process.kill(-this.#child.pid, "SIGKILL");
        }
    }

    /**
     * Waits until the command has ended.
     *
     * @throws Error if it had to be killed at its deadline
     */
    async end(): Promise<Ended> {
        const { exitCode, signal, stdout, all } = await this.#child;
        clearTimeout(this.#deadline);
        const output = stripVTControlCharacters(all);
        if (this.#late) {
            const seconds = (performance.now() - this.#started) / 1000;
            throw new Error(`${this.#line} had not ended after ${seconds.toFixed(0)} s:\n${tail(output)}`);
        }
        // As a shell counts: npm ends itself with the signal that ended its script.
        return {
            exitCode: exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]),
            stdout,
            output,
        };
    }

    /**
     * Waits until the command has ended with an exit code.
     *
     * @throws Error with the end of its output if it ended with another
     */
    async endWith(exitCode: number): Promise<Ended> {
        const ended = await this.end();
        if (ended.exitCode !== exitCode) {
            throw new Error(
                `${this.#line} ended with ${ended.exitCode} instead of ${exitCode}:\n${tail(ended.output)}`,
            );
        }
        return ended;
    }
}

function tail(output: string): string {
    const lines = output.trimEnd().split("\n");
    return (lines.length > shownLines ? ["…", ...lines.slice(-shownLines)] : lines).join("\n");
}
