import { existsSync } from "node:fs";

import { deleteCluster } from "../kind/kind.ts";
import type { OwnCluster } from "../kind/kind-context.ts";
import { stateFile, type Backend } from "../session/backend.ts";
import type { StackRef } from "../session/project.ts";
import type { SessionOptions } from "../session/session.ts";
import { stacksOn } from "../session/target.ts";
import { supplyFor } from "../supply/supply.ts";
import type { Command } from "../terminal/run-command.ts";

/** The stacks that are in a cluster of the project's own. */
export async function stacksIn(cluster: OwnCluster, backend: Backend): Promise<StackRef[]> {
    const recorded = await stacksOn(cluster);
    // A record is left of a stack that goes on under another project's name.
    return recorded.filter(
        ({ project, shortName }) => !backend.managed || existsSync(stateFile(project.name, shortName)),
    );
}

/**
 * Removes a cluster of the project's own, with all that is in it.
 *
 * @returns the text to end with
 * @throws StepFailure or Interrupted
 */
export async function removeCluster(
    { name, context, kubeconfig }: OwnCluster,
    options: SessionOptions,
    { progress, interruption }: Command,
): Promise<string> {
    return await progress.step("Kind cluster", async ({ report, confirm, done }) => {
        const signal = interruption.requested;
        const supply = supplyFor(options);
        const dialogue = { report, confirm, signal };
        const engine = await supply.engine(dialogue);
        const tools = { kind: await supply.tool("kind", dialogue) };
        await deleteCluster({ name, kubeconfig, tools, engine, report, signal });
        done(`${context} removed`);
        return `The kind cluster ${name} is removed.`;
    });
}

/** Removes a cluster of the project's own, unless there are stacks in it. */
export async function removeUnusedCluster(
    ref: StackRef,
    cluster: OwnCluster,
    backend: Backend,
    options: SessionOptions,
    command: Command,
): Promise<string> {
    const remaining = await stacksIn(cluster, backend);
    if (remaining.length === 0) {
        return await removeCluster(cluster, options, command);
    }
    const titles = remaining.map(({ title }) => title).join(", ");
    return [
        `The kind cluster ${cluster.name} stays, since there are stacks in it: ${titles}. They are removed, with their data, by:`,
        ...remaining.map(({ commands, project }) =>
            project.isExample || project.name === ref.project.name
                ? `  ${commands.down}`
                : `  ${commands.down} (where Pulumi.yaml has the name ${project.name})`,
        ),
    ].join("\n");
}
