import type { Stack, Workspace } from "@pulumi/pulumi/automation/index.js";

import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { PreparedStack } from "./session.ts";
import { worksWithCopy } from "./settings-source.ts";
import { stackFolder } from "./stack-folder.ts";
import { readExport, type StackState } from "./state-file.ts";

/** The operations of Pulumi's stacks that the commands use. */
export type OpenedStack = Pick<Stack, "name" | "up" | "destroy" | "exportStack" | "importStack"> & {
    /** The state as it was when the stack was opened. */
    readonly found: StackState;
    /** Removes the state, whatever there is in it. The settings stay. */
    readonly remove: () => Promise<void>;
    readonly workspace: Pick<Workspace, "listStacks">;
};

/**
 * Opens a stack: the local program, run by the CLI and its language host as by hand (docs/architecture.md, decision 15).
 * Its state is read by the CLI itself. The Automation API is loaded with the first operation that needs it: that takes
 * longer than all else that a command begins with, and an `up` that changes nothing needs none.
 *
 * @param create whether a stack that doesn't exist yet is created; otherwise the result is undefined for it
 */
export async function openStack(
    prepared: PreparedStack,
    interruption: Interruption,
    create: boolean,
): Promise<OpenedStack | undefined> {
    const { ref, pulumi, environment } = prepared;
    const { folder } = ref.project;
    const runCli = async (args: readonly string[], folderOfProject: string): Promise<string> => {
        const listeners = { onOutput: undefined, onError: undefined };
        return (await runPulumi(pulumi, args, folderOfProject, environment, interruption, listeners)).stdout;
    };
    const read = async (): Promise<StackState> =>
        readExport(await runCli(["stack", "export", "--show-secrets", "--stack", ref.name], folder));
    let found: StackState;
    try {
        found = await read();
    } catch (error) {
        if (!(error instanceof PulumiFailure) || !error.stderr.includes("no stack named")) {
            throw error;
        }
        if (!create) {
            return undefined;
        }
        // It writes the encryption's salt into the stack file beside the Pulumi.yaml that it finds.
        await runCli(["stack", "init", ref.name], worksWithCopy(prepared) ? stackFolder(ref) : folder);
        found = await read();
    }
    let loading: Promise<Stack> | undefined;
    const stack = async (): Promise<Stack> => {
        loading ??= import("./automated-stack.ts").then(async ({ automatedStack }) =>
            automatedStack(prepared, interruption),
        );
        return await loading;
    };
    return {
        name: ref.name,
        found,
        up: async (options) => await (await stack()).up(options),
        destroy: async (options) => await (await stack()).destroy(options),
        exportStack: async () => await (await stack()).exportStack(),
        importStack: async (state) => {
            await (await stack()).importStack(state);
        },
        remove: async () => {
            await runCli(["stack", "rm", ref.name, "--yes", "--force", "--preserve-config"], folder);
        },
        workspace: {
            listStacks: async (options) => await (await stack()).workspace.listStacks(options),
        },
    };
}
