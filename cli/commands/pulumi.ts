import { readFile, rm, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { execa } from "execa";

import { BuildConsent } from "../tools/build-consent.ts";
import { chooseStack, type ChosenStack } from "../session/resolve-stack.ts";
import { confirmOnStandardError } from "../terminal/prompt.ts";
import { listenForInterruption } from "../terminal/interruption.ts";
import {
    carryBack,
    onlyEncryptionDiffers,
    projectFolder,
    readIfThere,
    stackFile,
    stackFileCopy,
} from "../session/stack-folder.ts";
import { reportIfLate } from "../terminal/late-report.ts";
import { installProviderPlugins } from "../pulumi/provider-plugins.ts";
import { stackOf } from "./stack-argument.ts";
import { prepareStackFiles, pulumiEnvironment } from "../session/pulumi-environment.ts";
import { openStack } from "../session/open-stack.ts";
import { worksWithCopy } from "../session/settings-source.ts";
import { provideTools } from "../tools/tools.ts";

/**
 * Runs the plain CLI on the same stack as `up` does, with its backend, passphrase, kubeconfig and config file.
 *
 * @param args the CLI's own arguments
 * @returns the CLI's exit code
 */
export async function pulumi(args: readonly string[]): Promise<number> {
    // Standard output is the CLI's alone: it may be read by a program.
    const report = (line: string): void => {
        process.stderr.write(`${line}\n`);
    };
    const stack = stackOf(args);
    const chosen = await chooseStack(stack, {});
    const { backend } = chosen;
    const late = reportIfLate(report);
    const provided = {
        offline: false,
        consent: new BuildConsent(false),
        confirm: confirmOnStandardError(),
        report: late.report,
    };
    const tools = await provideTools(provided);
    await prepareStackFiles(chosen);
    const environment = pulumiEnvironment(chosen, tools);
    await installProviderPlugins({ ...provided, pulumi: tools.pulumi, environment });
    late.end();
    if (!worksWithCopy(chosen)) {
        return await runInForeground(tools.pulumi, args, environment);
    }
    // In a backend of the user's own it is up to them which stacks there are.
    if (backend.managed) {
        const interruption = listenForInterruption(() => undefined);
        await openStack(chosen, environment, interruption, true);
        interruption.stopListening();
    }
    const before = await readFile(stackFileCopy(stack), "utf8");
    const code = await runInForeground(tools.pulumi, args, environment);
    await carryChangesBack(chosen, before, report);
    return code;
}

/** Has the checkout say what a command such as `config set` changed in the copy, and nothing else that was written. */
async function carryChangesBack(
    { stack, source, config }: ChosenStack,
    before: string,
    report: (line: string) => void,
): Promise<void> {
    const file = stackFile(stack);
    const changed = carryBack(source.text, before, await readFile(stackFileCopy(stack), "utf8"), config);
    if (changed !== undefined) {
        report(
            source.ownFile
                ? `Changed the settings in ${file}.`
                : `The stack ${stack} has settings of its own from now on, in ${file}.`,
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
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
): Promise<number> {
    const terminal = process.stdin.isTTY;
    const child = execa(command, args, {
        cwd: projectFolder,
        env: environment,
        extendEnv: false,
        stdio: "inherit",
        detached: !terminal,
        cleanup: false,
        reject: false,
    });
    const interruption = listenForInterruption(() => {
        if (!terminal) {
            child.kill("SIGINT");
        }
    });
    const { exitCode, signal } = await child;
    interruption.stopListening();
    return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
}
