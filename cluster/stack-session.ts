import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";

import { parseStackFile } from "../settings/stack-file.ts";
import { prepareManagedBackend } from "./backend.ts";
import type { ChosenStack } from "./chosen-stack.ts";
import { engineDefaults, mergeEnvironments } from "./environment.ts";
import { CommandFailure } from "./failure.ts";
import type { Interruption } from "./interruption.ts";
import { inItsOwnGroup, PulumiFailure } from "./pulumi-command.ts";
import { refreshStackFolder, stackFileCopy, stackFolder } from "./stack-folder.ts";
import { worksWithCopy } from "./stack-source.ts";
import { readState, withoutPendingOperations, type StackState } from "./stack-state.ts";
import type { Tools } from "./tools.ts";

/** The whole environment of the Pulumi CLI for one stack: the same for every command, and for a CLI run by hand. */
export function pulumiEnvironment(chosen: ChosenStack, tools: Tools): Record<string, string> {
    const { project, stack, backend, target } = chosen;
    return mergeEnvironments(engineDefaults, process.env, tools.environment, backend.environment, {
        // Where the program finds the stack's context, unless its settings name a file.
        KUBECONFIG: target.kubeconfig,
        PULUMI_STACK: stack,
        // Every flag of the CLI can be given as PULUMI_OPTION_…: `--config-file`, for all commands that know it.
        ...(worksWithCopy(chosen) && { PULUMI_OPTION_CONFIG_FILE: stackFileCopy(stack, project) }),
    });
}

/**
 * Makes ready what is kept of a stack outside the checkout. With a backend of the user's own the checkout's stack file is
 * used as it is, and the command line can't say anything else than that file.
 *
 * @throws CommandFailure if the stack has other settings than the command line
 */
export async function prepareStackFiles(chosen: ChosenStack): Promise<void> {
    const { project, stack, source, backend, config } = chosen;
    if (backend.managed) {
        await prepareManagedBackend();
    }
    if (worksWithCopy(chosen)) {
        await refreshStackFolder(stack, source.text, config, project);
        return;
    }
    const written = parseStackFile(source.text, source.name);
    const different = Object.entries(config).filter(([key, value]) => written[key] !== value);
    if (different.length > 0) {
        throw new CommandFailure(
            `The state is in ${backend.description}: there the cluster is what the stack's file says.`,
            `Write it there instead of giving it as an option:\n` +
                different.map(([key, value]) => `  ${key}: ${value}`).join("\n"),
        );
    }
}

/**
 * Opens a stack through the Automation API: the local program, run by the CLI and its language host as by hand
 * (docs/architecture.md, decision 15).
 *
 * @param create whether a stack that doesn't exist yet is created; otherwise the result is undefined for it
 */
export async function openStack(
    chosen: ChosenStack,
    environment: Readonly<Record<string, string>>,
    interruption: Interruption,
    create: boolean,
): Promise<Stack | undefined> {
    const { project, stack } = chosen;
    // The Automation API looks for the CLI on this process' own PATH, and asks it for its version; even for that the
    // CLI writes a log into its home folder, which must not be the user's.
    for (const name of ["PATH", "PULUMI_HOME"]) {
        const value = environment[name];
        if (value !== undefined) {
            process.env[name] = value;
        }
    }
    const pulumiCommand = inItsOwnGroup(await PulumiCommand.get(), environment, interruption);
    const open = async (workDir: string): Promise<LocalWorkspace> =>
        await LocalWorkspace.create({ workDir, pulumiCommand });
    const workspace = await open(project.folder);
    try {
        return await Stack.select(stack, workspace);
    } catch (error) {
        if (!(error instanceof PulumiFailure) || !error.stderr.includes("no stack named")) {
            throw error;
        }
    }
    if (!create) {
        return undefined;
    }
    // `stack init` writes the encryption's salt into the stack file beside the Pulumi.yaml that it finds.
    await Stack.create(stack, worksWithCopy(chosen) ? await open(stackFolder(stack, project)) : workspace);
    return await Stack.select(stack, workspace);
}

/** Reads a stack's state. */
export async function exportState(stack: Stack): Promise<StackState> {
    const exported: { readonly deployment: unknown } = await stack.exportStack();
    return readState(exported.deployment);
}

/** Drops the operations that were under way when an engine was killed. */
export async function dropPendingOperations(stack: Stack): Promise<void> {
    const exported = await stack.exportStack();
    await stack.importStack({ ...exported, deployment: withoutPendingOperations(exported.deployment) });
}
