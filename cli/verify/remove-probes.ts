import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { connect, type KubernetesClient } from "../kubernetes/client.ts";
import { undefinedIfMissing } from "../kubernetes/objects.ts";

/** Removes the namespace of a run, and with it all that it owns. */
export async function removeProbes({ core }: KubernetesClient, namespace: string): Promise<void> {
    await undefinedIfMissing(core.deleteNamespace({ name: namespace }));
}

/** Starts a process that removes the namespace of a run once this process has ended, however it ends. */
export function spawnProbeCleanup({ kubeconfig, context }: KubernetesClient, namespace: string): void {
    const child = spawn(
        process.execPath,
        ["--import", import.meta.resolve("tsx"), thisFile, kubeconfig, context, namespace],
        // In a session of its own, which no Ctrl-C reaches. The end of its standard input tells the end of this process.
        { detached: true, stdio: ["pipe", "ignore", "ignore"] },
    );
    // Without it, only the next run removes what is left.
    child.on("error", () => undefined);
    child.unref();
}

const thisFile = fileURLToPath(import.meta.url);

if (process.argv[1] === thisFile) {
    const [kubeconfig = "", context, namespace = ""] = process.argv.slice(2);
    process.stdin.resume().once("end", () => {
        void removeProbes(connect(kubeconfig, context), namespace);
    });
}
