import { ApiException } from "@kubernetes/client-node";

import type { KubernetesClient } from "../kubernetes/client.ts";
import { runLabel } from "./probe-manifests.ts";

/** What one run has created. */
export interface ProbeRun {
    readonly run: string;
    /** The application's namespace. */
    readonly namespace: string;
    /** The namespace of its own. */
    readonly ownNamespace: string;
}

/** Removes all that a run has created, as far as it is still there: the Jobs take along what they own. */
export async function removeProbes(
    { batch, core }: KubernetesClient,
    { run, namespace, ownNamespace }: ProbeRun,
): Promise<void> {
    await Promise.all([
        batch.deleteCollectionNamespacedJob({
            namespace,
            labelSelector: `${runLabel}=${run}`,
            propagationPolicy: "Background",
        }),
        ignoreMissing(core.deleteNamespace({ name: ownNamespace })),
    ]);
}

/** Waits for a request, and takes "there is no such object" for an answer. */
export async function ignoreMissing(request: Promise<unknown>): Promise<void> {
    try {
        await request;
    } catch (error) {
        if (!(error instanceof ApiException && error.code === 404)) {
            throw error;
        }
    }
}
