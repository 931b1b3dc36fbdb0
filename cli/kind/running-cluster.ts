import { existsSync } from "node:fs";

import { fullImageName } from "../container-engine/image-name.ts";
import { connect } from "../kubernetes/client.ts";
import { interruptedCreation } from "./cluster-creation.ts";
import { clusterReadiness, listObjects, type ClusterObjects } from "./cluster-readiness.ts";
import { hostPortLabel } from "./kind-config.ts";
import type { OwnCluster } from "./kind-context.ts";
import { missingSomewhere } from "./node-images.ts";

/** Limit for the cluster's answer, in ms: where it comes later, the container engine is asked what is the matter. */
const patience = 3_000;

/**
 * Tells if a cluster of the project's own is as it is wanted, by its API server alone: the container engine and kind, which
 * know what to do about it, take seconds to say the same. Where there is any doubt it is false.
 *
 * @param images the full names of the images that each node must have
 * @throws CommandFailure when another process is making the cluster
 */
export async function runsAsWanted(
    { name, kubeconfig, context }: OwnCluster,
    hostPort: number,
    images: readonly string[],
    signal?: AbortSignal,
): Promise<boolean> {
    if ((await interruptedCreation(name)) || !existsSync(kubeconfig)) {
        return false;
    }
    try {
        const objects = await listObjects(connect(kubeconfig, context), { pods: false, signal, patience });
        const { missing, ours } = clusterReadiness(objects);
        return (
            missing.length === 0 &&
            ours &&
            objects.nodes.every(
                ({ metadata, status }) =>
                    metadata?.labels?.[hostPortLabel] === String(hostPort) &&
                    missingSomewhere(images, [listedNames(status?.images)]).length === 0,
            )
        );
    } catch {
        // The engine finds out why.
        signal?.throwIfAborted();
        return false;
    }
}

/** The full names of the images that a node lists: the fifty that take the most room. */
function listedNames(
    images: NonNullable<ClusterObjects["nodes"][number]["status"]>["images"] = [],
): string[] {
    return images.flatMap(({ names = [] }) => names.map(fullImageName));
}
