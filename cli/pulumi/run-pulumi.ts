import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

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
    // Not by execa, which takes a tenth of a second to load: half of what a preview may cost beside the engine.
    const child = spawn(command, [...args, "--non-interactive"], {
        cwd: folder,
        env: { ...environment, PULUMI_AUTOMATION_API: "true" },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout = collected(child.stdout, onOutput);
    const stderr = collected(child.stderr, onError);
    // The first SIGINT has the engine finish what is in flight and save its state; the second ends it.
    const interrupt = (): void => {
        child.kill("SIGINT");
    };
    requested.addEventListener("abort", interrupt);
    insisted.addEventListener("abort", interrupt);
    try {
        // It rejects where the CLI can't be started.
        await once(child, "close");
        const outcome = {
            stdout: stdout(),
            stderr: stderr(),
            code: child.exitCode ?? -1,
            signal: child.signalCode ?? undefined,
        };
        if (outcome.code !== 0) {
            throw new PulumiFailure(args, outcome);
        }
        return outcome;
    } finally {
        requested.removeEventListener("abort", interrupt);
        insisted.removeEventListener("abort", interrupt);
    }
}

/** Passes on all that a stream carries, and returns a function that gives the whole. */
function collected(stream: Readable, listener: Listener | undefined): () => string {
    let text = "";
    stream.setEncoding("utf8");
    stream.on("data", (part: string) => {
        text += part;
        listener?.(part);
    });
    return () => text.trimEnd();
}
