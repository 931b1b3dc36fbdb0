import { LocalWorkspace, PulumiCommand, Stack, type Workspace } from "@pulumi/pulumi/automation/index.js";

import type { ResolvedStack } from "./resolve-stack.ts";
import type { Interruption } from "../terminal/interruption.ts";
import { inItsOwnGroup } from "../pulumi/run-pulumi.ts";
import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import { stackFolder } from "./stack-folder.ts";
import { worksWithCopy } from "./settings-source.ts";

/** The operations of Pulumi's stacks that the commands use. */
export type OpenedStack = Pick<
    Stack,
    "name" | "up" | "destroy" | "outputs" | "history" | "exportStack" | "importStack"
> & {
    readonly workspace: Pick<Workspace, "listStacks" | "removeStack">;
};

/**
 * Opens a stack through the Automation API: the local program, run by the CLI and its language host as by hand
 * (docs/architecture.md, decision 15).
 *
 * @param create whether a stack that doesn't exist yet is created; otherwise the result is undefined for it
 */
export async function openStack(
    resolved: ResolvedStack,
    environment: Readonly<Record<string, string>>,
    interruption: Interruption,
    create: boolean,
): Promise<OpenedStack | undefined> {
    const { ref } = resolved;
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
    const workspace = await open(ref.project.folder);
    try {
        return await Stack.select(ref.name, workspace);
    } catch (error) {
        if (!(error instanceof PulumiFailure) || !error.stderr.includes("no stack named")) {
            throw error;
        }
    }
    if (!create) {
        return undefined;
    }
    // `stack init` writes the encryption's salt into the stack file beside the Pulumi.yaml that it finds.
    await Stack.create(ref.name, worksWithCopy(resolved) ? await open(stackFolder(ref)) : workspace);
    return await Stack.select(ref.name, workspace);
}
