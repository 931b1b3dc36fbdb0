import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";

import { inItsOwnGroup } from "../pulumi/run-pulumi.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { PreparedStack } from "./session.ts";

/** A stack that exists, in the Automation API. */
export async function automatedStack(
    { ref, environment }: PreparedStack,
    interruption: Interruption,
): Promise<Stack> {
    // The Automation API looks for the CLI on this process' own PATH, and asks it for its version; even for that the
    // CLI writes a log into its home folder, which must not be the user's.
    for (const name of ["PATH", "PULUMI_HOME"]) {
        const value = environment[name];
        if (value !== undefined) {
            process.env[name] = value;
        }
    }
    const pulumiCommand = inItsOwnGroup(await PulumiCommand.get(), environment, interruption);
    const workspace = await LocalWorkspace.create({ workDir: ref.project.folder, pulumiCommand });
    return await Stack.select(ref.name, workspace);
}
