import { clusterUid, connect, type KubernetesClient } from "../kubernetes/client.ts";
import { ownershipOf, type StackLabels } from "../kubernetes/stack-labels.ts";
import type { ResolvedStack } from "./resolve-stack.ts";

/** A cluster that answers, and what a stack's objects are found by in it. */
export interface LiveCluster {
    readonly client: KubernetesClient;
    /** The UID of the namespace kube-system, which identifies a cluster. */
    readonly uid: string;
    readonly namespace: string;
    readonly labels: StackLabels;
}

/**
 * Connects to the cluster of a stack.
 *
 * @throws CommandFailure if it does not answer
 */
export async function connectToTarget(resolved: ResolvedStack): Promise<LiveCluster> {
    const { target } = resolved;
    const client = connect(target.kubeconfig, target.context);
    return { client, uid: await clusterUid(client), ...placeOf(resolved) };
}

/** The namespace of a stack, and the labels that all its objects carry. */
export function placeOf({ ref, needs }: ResolvedStack): Pick<LiveCluster, "namespace" | "labels"> {
    return { namespace: needs.namespace, labels: ownershipOf(ref.project.name, ref.shortName) };
}
