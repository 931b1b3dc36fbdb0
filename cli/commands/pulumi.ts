import { readFile, rm, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { execa } from "execa";

import { openStack } from "../session/open-stack.ts";
import { application, defaultStack, stackRef } from "../session/project.ts";
import { nothing, openSession, type PreparedStack } from "../session/session.ts";
import { worksWithCopy } from "../session/settings-source.ts";
import {
    carryBack,
    onlyEncryptionDiffers,
    readIfThere,
    stackFile,
    stackFileCopy,
} from "../session/stack-folder.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";

/** The stack that the CLI's arguments name, or the default. */
export function stackOf(args: readonly string[]): string {
    const end = args.indexOf("--");
    const own = end < 0 ? args : args.slice(0, end);
    const at = own.findIndex((argument) => argument === "--stack" || argument === "-s");
    const joined = own.find((argument) => argument.startsWith("--stack="));
    return (at < 0 ? undefined : own[at + 1]) ?? joined?.slice("--stack=".length) ?? defaultStack;
}

/**
 * Runs the plain CLI on the same stack as `up` does, with its backend, passphrase, kubeconfig and config file.
 *
 * @param args the CLI's own arguments
 * @returns the CLI's exit code
 * @throws CommandFailure without arguments; StepFailure or Interrupted
 */
export async function pulumi(args: readonly string[], command: Command): Promise<number> {
    if (args.length === 0) {
        throw new CommandFailure(
            "npm run pulumi needs a command of the Pulumi CLI.",
            "As in: npm run pulumi -- preview, npm run pulumi -- stack output, npm run pulumi -- help",
        );
    }
    const { interruption } = command;
    const session = await openSession(
        stackRef(application, stackOf(args)),
        { offline: false },
        {
            providers: true,
            cluster: nothing,
            lock: false,
            state: async (prepared) => {
                // In a backend of the user's own it is up to them which stacks there are.
                if (prepared.backend.managed) {
                    await openStack(prepared, interruption, true);
                }
            },
        },
        command,
    );
    const run = async (): Promise<number> => await runInForeground(session, args, interruption.requested);
    if (!worksWithCopy(session)) {
        return await run();
    }
    const before = await readFile(stackFileCopy(session.ref), "utf8");
    const code = await run();
    await carryChangesBack(session, before);
    return code;
}

/** Has the checkout say what a command such as `config set` changed in the copy, and nothing else that was written. */
async function carryChangesBack({ ref, source }: PreparedStack, before: string): Promise<void> {
    const file = stackFile(ref);
    const changed = carryBack(source.text, before, await readFile(stackFileCopy(ref), "utf8"));
    if (changed !== undefined) {
        // Standard output is the CLI's alone: it may be read by a program.
        process.stderr.write(
            source.ownFile
                ? `Changed the settings in ${file}.\n`
                : `The stack ${ref.name} has settings of its own from now on, in ${file}.\n`,
        );
        await writeFile(file, changed);
        return;
    }
    // Commands that know no `--config-file` (`stack history`) write the encryption's salt into the checkout's file.
    const original = source.ownFile ? source.text : "";
    const written = await readIfThere(file);
    if (written !== undefined && onlyEncryptionDiffers(original, written)) {
        await (source.ownFile ? writeFile(file, original) : rm(file));
    }
}

/**
 * Runs the CLI with this process' terminal. At a terminal Ctrl-C reaches the CLI by itself, as a member of the
 * foreground process group; otherwise it is passed on.
 */
async function runInForeground(
    { pulumi, environment, ref }: PreparedStack,
    args: readonly string[],
    interrupted: AbortSignal,
): Promise<number> {
    const terminal = process.stdin.isTTY;
    const child = execa(pulumi, args, {
        cwd: ref.project.folder,
        env: environment,
        extendEnv: false,
        stdio: "inherit",
        detached: !terminal,
        cleanup: false,
        reject: false,
    });
    const interrupt = (): void => {
        if (!terminal) {
            child.kill("SIGINT");
        }
    };
    interrupted.addEventListener("abort", interrupt);
    const { exitCode, signal } = await child;
    interrupted.removeEventListener("abort", interrupt);
    return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
}
