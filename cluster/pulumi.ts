import { readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { execa } from "execa";

import { chooseStack } from "./chosen-stack.ts";
import { listenForInterruption } from "./interruption.ts";
import { carryBack, onlyEncryptionDiffers, projectFolder, stackFile, stackFileCopy } from "./stack-folder.ts";
import { reportIfLate } from "./late-report.ts";
import { installProviderPlugins } from "./provider-plugins.ts";
import { stackOf } from "./stack-argument.ts";
import { openStack, prepareStackFiles, pulumiEnvironment } from "./stack-session.ts";
import { provideTools } from "./tools.ts";

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
    const { backend, config } = chosen;
    const late = reportIfLate(report);
    // What is missing is looked for at the download sites first.
    const offline = false;
    const tools = await provideTools({ offline, report: late.report });
    await prepareStackFiles(chosen);
    const environment = pulumiEnvironment(chosen, tools);
    await installProviderPlugins({ pulumi: tools.pulumi, environment, offline, report: late.report });
    late.end();
    if (!backend.managed) {
        return await runInForeground(tools.pulumi, args, environment);
    }
    const interruption = listenForInterruption(() => undefined);
    await openStack(chosen, environment, interruption, true);
    interruption.stopListening();

    const original = await readFile(stackFile(stack), "utf8");
    const before = await readFile(stackFileCopy(stack), "utf8");
    const code = await runInForeground(tools.pulumi, args, environment);
    const changed = carryBack(original, before, await readFile(stackFileCopy(stack), "utf8"), config);
    if (changed !== undefined) {
        report(`Changed the settings in ${stackFile(stack)}.`);
    }
    // Commands that know no `--config-file` (`stack history`) write the encryption's salt into the checkout's file.
    if (changed !== undefined || onlyEncryptionDiffers(original, await readFile(stackFile(stack), "utf8"))) {
        await writeFile(stackFile(stack), changed ?? original);
    }
    return code;
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
