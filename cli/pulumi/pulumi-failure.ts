import { CommandFailure } from "../terminal/failure.ts";

/** The result of a run of the CLI. */
export interface Outcome {
    readonly stdout: string;
    readonly stderr: string;
    readonly code: number;
    /** The signal that ended it, undefined if it ended by itself. */
    readonly signal: string | undefined;
}

/** Number of lines of the CLI's output that a failure repeats: the reason is at its end. */
const lastLines = 15;

/** The Pulumi CLI ended with another exit code than 0. */
export class PulumiFailure extends CommandFailure {
    override readonly name = "PulumiFailure";
    readonly stderr: string;

    constructor(args: readonly string[], { stdout, stderr, code, signal }: Outcome) {
        const command = `pulumi ${args[0] ?? ""}`;
        if (signal === undefined) {
            const text = stderr.trim() === "" ? stdout.trim() : stderr.trim();
            super(
                `"${command}" failed with exit code ${code}:\n${text.split("\n").slice(-lastLines).join("\n")}`,
            );
        } else {
            super(`"${command}" was ended by ${signal}.`, "Run this again: it goes on from where that was.");
        }
        this.stderr = stderr;
    }
}

/**
 * True if the CLI failed because a provider took longer to start than the 10 s that the engine gives it (pulumi,
 * sdk/go/common/resource/plugin/plugin.go), as on a busy machine. Nothing was done then by that provider, and another run
 * finds it in memory.
 */
export function providerWasSlow(error: unknown): boolean {
    return (
        error instanceof PulumiFailure && error.stderr.includes("did not begin responding to RPC connections")
    );
}
