import { existsSync } from "node:fs";

import { ClusterError } from "../kind/cluster.ts";
import { isMade, startCluster } from "../kind/kind.ts";
import { connect, uidNamespace, type KubernetesClient } from "../kubernetes/client.ts";
import { checkVersion } from "../kubernetes/preflight.ts";
import { reachCluster, refuseMissingRights } from "../kubernetes/rights.ts";
import { ownershipOf, type StackLabels } from "../kubernetes/stack-labels.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import { checkImages } from "./named-cluster.ts";
import { kindOptions, provideOwnCluster } from "./own-cluster.ts";
import type { StackRef } from "./project.ts";
import type { ResolvedStack } from "./resolve-stack.ts";
import type { PreparedStack } from "./session.ts";
import { isAnother } from "./target.ts";

/** A cluster that answers, and what a stack's objects are found by in it. */
export interface LiveCluster {
    readonly client: KubernetesClient;
    /** The UID of the namespace kube-system, or of the existing namespace of the stack: it identifies a cluster. */
    readonly uid: string;
    readonly namespace: string;
    /** The same if the stack was given it; undefined if the stack creates it. */
    readonly existingNamespace?: string | undefined;
    /** The labels that all objects of the stack carry. */
    readonly labels: StackLabels;
}

/**
 * Connects to the cluster of a stack.
 *
 * @throws CommandFailure if it does not answer, the user lacks rights in it, or it is another one than the settings say
 */
export async function connectToTarget({ ref, needs, target }: ResolvedStack): Promise<LiveCluster> {
    const client = connect(target.kubeconfig, target.context);
    const labels = ownershipOf(ref.project.name, ref.shortName);
    const { namespace, existingNamespace } = needs;
    const uid = await reachCluster(client, needs);
    if (needs.clusterUid !== undefined && needs.clusterUid !== uid) {
        const key = `${ref.project.configNamespace}:clusterUid`;
        throw new CommandFailure(
            `The context ${target.context} leads to another cluster than the one that the stack is for: the UID of its ` +
                `namespace ${existingNamespace ?? uidNamespace} is ${uid}, and ${key} is ${needs.clusterUid}.`,
            "Name the stack's own cluster. If the stack is to move to this one, which replaces everything: " +
                `npm run pulumi -- --stack ${ref.name} config set ${key} ${uid}`,
        );
    }
    return { client, uid, namespace, existingNamespace, labels };
}

/**
 * Provides the cluster of a stack and checks that the stack's settings fit it. The project's own is made, with the images
 * and the ingress controller in it. In a cluster that the person named nothing is installed or loaded: the checks say
 * what it lacks.
 *
 * @param ofOthers the treatment of a cluster that the person named
 * @throws StepFailure or Interrupted
 */
export async function provideCluster(
    prepared: PreparedStack,
    command: Command,
    ofOthers: typeof checkImages = checkImages,
): Promise<LiveCluster> {
    const { ref, target, needs } = prepared;
    await (target.own === undefined
        ? ofOthers(prepared, command)
        : provideOwnCluster(target.own, prepared, command));
    return await command.progress.step("Checks", async ({ report, done }) => {
        const cluster = await connectToTarget(prepared);
        await checkVersion(cluster.client);
        if (cluster.existingNamespace !== undefined) {
            await refuseMissingRights(cluster.client, cluster);
        }
        await needs.check(cluster.client, cluster.labels, report);
        done(`the settings of ${ref.title} fit the cluster (${cluster.client.context})`);
        return cluster;
    });
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
    { progress, interruption }: Command,
    doomed: boolean,
): Promise<LiveCluster | undefined> {
    const { target, deployedTo } = prepared;
    return await progress.step("Cluster", async (step) => {
        const cluster = await findOrStart(prepared, interruption.requested, doomed, step);
        if (cluster === undefined) {
            step.done(`that of ${target.context} is gone`);
            return undefined;
        }
        if (deployedTo === undefined || !isAnother(cluster, deployedTo)) {
            step.done(target.context);
            return cluster;
        }
        if (target.own === undefined) {
            throw new CommandFailure(
                `The context ${target.context} leads to another cluster than at the last up of this stack.`,
                `If the former cluster is gone for good: ${forgetState(prepared.ref)}`,
            );
        }
        step.done(`that of ${target.context} was replaced by a new one`);
        return undefined;
    });
}

/** The command that clears a stack's state whose cluster is gone. */
function forgetState({ name }: StackRef): string {
    return `npm run pulumi -- --stack ${name} stack rm --force --yes`;
}

async function findOrStart(
    prepared: PreparedStack,
    signal: AbortSignal,
    doomed: boolean,
    { report, confirm }: StepContext,
): Promise<LiveCluster | undefined> {
    const { ref, target, supply } = prepared;
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
    // It may have been stopped, as by a restart of the machine.
    const context = { report, confirm, signal };
    const options = await kindOptions(target.own, await supply.engine(context), prepared, context);
    if (!(await isMade(options))) {
        return undefined;
    }
    try {
        await startCluster(options);
    } catch (error) {
        if (doomed && error instanceof ClusterError) {
            report(error.message);
            return undefined;
        }
        throw error;
    }
    return await connectToTarget(prepared);
}
