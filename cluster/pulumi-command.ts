import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";

import type { Environment } from "./environment.ts";
import { CommandFailure } from "./failure.ts";
import type { Interruption } from "./interruption.ts";

type Listener = (text: string) => void;

interface Outcome {
    readonly stdout: string;
    readonly stderr: string;
    readonly code: number;
}

/** The Pulumi CLI ended with another exit code than 0. */
export class PulumiFailure extends CommandFailure {
    override readonly name = "PulumiFailure";
    readonly stderr: string;

    constructor(args: readonly string[], outcome: Outcome) {
        const text = outcome.stderr.trim() === "" ? outcome.stdout.trim() : outcome.stderr.trim();
        super(`"pulumi ${args[0] ?? ""}" failed with exit code ${outcome.code}:\n${text}`);
        this.stderr = outcome.stderr;
    }
}

/**
 * The Pulumi CLI as the Automation API runs it, but in a process group of its own: otherwise one Ctrl-C
 * reaches it from the terminal and once more from here, and the second ends it in the middle of its work.
 * And with exactly the environment given, nothing inherited.
 *
 * `run` is what the Automation API calls; it is not part of its published types, so the SDK is pinned.
 */
export class PulumiInItsOwnGroup {
    readonly command: string;
    readonly version: PulumiCommand["version"];
    readonly #environment: Environment;
    readonly #interruption: Interruption;

    /**
     * @param checked the CLI as the Automation API found it and checked its version
     * @param environment the whole environment of the CLI
     * @param interruption what passes Ctrl-C on
     */
    constructor(checked: PulumiCommand, environment: Environment, interruption: Interruption) {
        this.command = checked.command;
        this.version = checked.version;
        this.#environment = environment;
        this.#interruption = interruption;
    }

    /** Runs the CLI and waits until it ends, however it is interrupted. */
    async run(
        args: readonly string[],
        folder: string,
        additional: Environment,
        onOutput?: Listener,
        onError?: Listener,
    ): Promise<Outcome> {
        const { requested, insisted } = this.#interruption;
        const child = execa(this.command, [...args, "--non-interactive"], {
            cwd: folder,
            env: { ...this.#environment, ...additional, PULUMI_AUTOMATION_API: "true" },
            extendEnv: false,
            detached: true,
            cleanup: false,
            reject: false,
            stdin: "ignore",
        });
        child.stdout.on("data", (data: Buffer) => onOutput?.(data.toString()));
        child.stderr.on("data", (data: Buffer) => onError?.(data.toString()));
        // The first SIGINT has the engine finish what is in flight and save its state; the second ends it.
        const interrupt = (): void => {
            child.kill("SIGINT");
        };
        requested.addEventListener("abort", interrupt);
        insisted.addEventListener("abort", interrupt);
        try {
            const { stdout, stderr, exitCode } = await child;
            const outcome = { stdout, stderr, code: exitCode ?? -1 };
            if (outcome.code !== 0) {
                throw new PulumiFailure(args, outcome);
            }
            return outcome;
        } finally {
            requested.removeEventListener("abort", interrupt);
            insisted.removeEventListener("abort", interrupt);
        }
    }
}
