import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";

import type { Environment } from "../process/environment.ts";
import type { Interruption } from "../terminal/interruption.ts";
import { PulumiFailure, type Outcome } from "./pulumi-failure.ts";

type Listener = (text: string) => void;

/**
 * The Pulumi CLI as the Automation API runs it, but in a process group of its own: otherwise one Ctrl-C reaches it
 * from the terminal and once more from here, and the second ends it in the middle of its work. And with exactly the
 * environment given, nothing inherited.
 *
 * It is `run` that the Automation API calls; that is not part of its published types, so the SDK is pinned.
 *
 * @param command the CLI as the Automation API found it and checked its version
 * @param environment the whole environment of the CLI
 * @param interruption what passes Ctrl-C on
 */
export function inItsOwnGroup(
    command: PulumiCommand,
    environment: Environment,
    interruption: Interruption,
): PulumiCommand {
    return Object.assign(command, {
        run: async (
            args: readonly string[],
            folder: string,
            additional: Environment,
            onOutput?: Listener,
            onError?: Listener,
        ): Promise<Outcome> =>
            await runPulumi(command.command, args, folder, { ...environment, ...additional }, interruption, {
                onOutput,
                onError,
            }),
    });
}

/** Who is told what the CLI writes. */
interface Listeners {
    readonly onOutput: Listener | undefined;
    readonly onError: Listener | undefined;
}

/**
 * Runs the CLI in a process group of its own and waits until it ends, however it is interrupted.
 *
 * @param folder where the program is
 * @param environment the whole environment of the CLI
 * @throws PulumiFailure if it ends with another exit code than 0
 */
export async function runPulumi(
    command: string,
    args: readonly string[],
    folder: string,
    environment: Environment,
    { requested, insisted }: Interruption,
    { onOutput, onError }: Listeners,
): Promise<Outcome> {
    const child = execa(command, [...args, "--non-interactive"], {
        cwd: folder,
        env: { ...environment, PULUMI_AUTOMATION_API: "true" },
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
        const { stdout, stderr, exitCode, signal } = await child;
        const outcome = { stdout, stderr, code: exitCode ?? -1, signal };
        if (outcome.code !== 0) {
            throw new PulumiFailure(args, outcome);
        }
        return outcome;
    } finally {
        requested.removeEventListener("abort", interrupt);
        insisted.removeEventListener("abort", interrupt);
    }
}
