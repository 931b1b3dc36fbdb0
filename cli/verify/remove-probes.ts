import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { connect, type KubernetesClient } from "../kubernetes/client.ts";
import { undefinedIfMissing } from "../kubernetes/objects.ts";

/** The first object of a run: a namespace of its own, or a ServiceAccount in the application's. */
export interface FirstObject {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Removes the first object of a run, and with it all that it owns. */
export async function removeProbes(
    { core }: KubernetesClient,
    { kind, metadata: { name, namespace } }: FirstObject,
): Promise<void> {
    await undefinedIfMissing<unknown>(
        kind === "Namespace"
            ? core.deleteNamespace({ name })
            : core.deleteNamespacedServiceAccount({ name, namespace }),
    );
}

/** Starts a process that removes the first object of a run once this process has ended, however it ends. */
export function spawnProbeCleanup({ kubeconfig, context }: KubernetesClient, first: FirstObject): void {
    const { name, namespace } = first.metadata;
    const child = spawn(
        process.execPath,
        ["--import", import.meta.resolve("tsx"), thisFile, kubeconfig, context, first.kind, name, namespace],
        // In a session of its own, which no Ctrl-C reaches. The end of its standard input tells the end of this process.
        { detached: true, stdio: ["pipe", "ignore", "ignore"] },
    );
    // Without it, only the next run removes what is left.
    child.on("error", () => undefined);
    child.unref();
}

const thisFile = fileURLToPath(import.meta.url);

if (process.argv[1] === thisFile) {
    const [kubeconfig = "", context, kind = "", name = "", namespace = ""] = process.argv.slice(2);
    process.stdin.resume().once("end", () => {
        void removeProbes(connect(kubeconfig, context), { kind, metadata: { name, namespace } });
    });
}
