import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as v from "valibot";

import { connect, type KubernetesClient } from "../kubernetes/client.ts";
import { undefinedIfMissing } from "../kubernetes/objects.ts";
import { runLabel } from "./probe-manifests.ts";

const runSchema = v.object({
    run: v.string(),
    /** The application's namespace. */
    namespace: v.string(),
    /** The namespace of the run's own. */
    ownNamespace: v.string(),
});

/** The objects of one run. */
export type ProbeRun = v.InferOutput<typeof runSchema>;

/** Removes all objects of a run that are still there: the Jobs take along what they own. */
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
        undefinedIfMissing(core.deleteNamespace({ name: ownNamespace })),
    ]);
}

/**
 * Starts a process that removes the objects of a run once this process has ended, however it ends. The pods end by
 * themselves, but nothing in a cluster ends a namespace.
 */
export function spawnProbeCleanup({ kubeconfig, context }: KubernetesClient, run: ProbeRun): void {
    const child = spawn(
        process.execPath,
        ["--import", import.meta.resolve("tsx"), thisFile, JSON.stringify({ kubeconfig, context, ...run })],
        // In a session of its own, which no Ctrl-C reaches. The end of its standard input tells the end of this process.
        { detached: true, stdio: ["pipe", "ignore", "ignore"] },
    );
    // Without it, only the next run removes what is left.
    child.on("error", () => undefined);
    child.unref();
}

const thisFile = fileURLToPath(import.meta.url);

if (process.argv[1] === thisFile) {
    const argumentsSchema = v.object({ ...runSchema.entries, kubeconfig: v.string(), context: v.string() });
    const { kubeconfig, context, ...run } = v.parse(argumentsSchema, JSON.parse(process.argv[2] ?? ""));
    process.stdin.resume().once("end", () => {
        void removeProbes(connect(kubeconfig, context), run);
    });
}
