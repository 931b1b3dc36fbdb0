import { existsSync } from "node:fs";

import { ClusterError } from "../kind/cluster.ts";
import { clusterExists, ensureCluster } from "../kind/kind.ts";
import type { OwnCluster } from "../kind/kind-context.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import type { Talk } from "../terminal/steps.ts";
import { connectToTarget, type LiveCluster } from "./live-cluster.ts";
import type { StackRef } from "./project.ts";
import type { PreparedStack } from "./session.ts";

/** The command that clears a stack's state whose cluster is gone. */
function forgetState({ name }: StackRef): string {
    return `npm run pulumi -- --stack ${name} stack rm --force --yes`;
}

/**
 * Finds the cluster that a stack is deployed to, and starts the project's own if it was stopped.
 *
 * @param doomed whether the cluster is to be removed too, and therefore needn't start
 * @returns undefined if it was the project's own and is gone
 * @throws StepFailure if it doesn't answer, or is another one than at the last `up`; Interrupted
 */
export async function findCluster(
    prepared: PreparedStack,
    command: Command,
    doomed: boolean,
): Promise<LiveCluster | undefined> {
    const { target, deployedTo } = prepared;
    return await command.progress.step("Cluster", async (talk) => {
        const cluster = await findOrStart(prepared, command, doomed, talk);
        if (cluster === undefined) {
            talk.done(`that of ${target.context} is gone`);
            return undefined;
        }
        if (deployedTo === undefined || deployedTo.clusterUid === cluster.uid) {
            talk.done(target.context);
            return cluster;
        }
        if (target.own === undefined) {
            throw new CommandFailure(
                `The context ${target.context} leads to another cluster than at the last up of this stack.`,
                `If the former cluster is gone for good: ${forgetState(prepared.ref)}`,
            );
        }
        talk.done(`that of ${target.context} was replaced by a new one`);
        return undefined;
    });
}

async function findOrStart(
    prepared: PreparedStack,
    command: Command,
    doomed: boolean,
    talk: Talk,
): Promise<LiveCluster | undefined> {
    const { ref, target } = prepared;
    if (target.own !== undefined && !existsSync(target.kubeconfig)) {
        return undefined;
    }
    try {
        return await connectToTarget(prepared);
    } catch (error) {
        if (target.own === undefined) {
            throw new CommandFailure(
                messageOf(error),
                `The state is left as it is. Run this again when it answers; if it is gone for good: ${forgetState(ref)}`,
                { cause: error },
            );
        }
    }
    return await start(target.own, prepared, command, doomed, talk);
}

/** Starts the project's own cluster if it was stopped, as after a restart of the machine; undefined if it is gone. */
async function start(
    { name, kubeconfig }: OwnCluster,
    prepared: PreparedStack,
    { interruption }: Command,
    doomed: boolean,
    { report, confirm }: Talk,
): Promise<LiveCluster | undefined> {
    const { supply, needs } = prepared;
    const signal = interruption.requested;
    const context = { report, confirm, signal };
    const engine = await supply.engine(context);
    const tools = { kind: await supply.tool("kind", context) };
    const options = { name, kubeconfig, tools, engine, ...context };
    if (!(await clusterExists(options))) {
        return undefined;
    }
    try {
        await ensureCluster({ ...options, supply, hostPort: needs.hostPort });
    } catch (error) {
        if (doomed && error instanceof ClusterError) {
            report(error.message);
            return undefined;
        }
        throw error;
    }
    return await connectToTarget(prepared);
}
