import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { KubernetesClient } from "../kubernetes/client.ts";
import type { ProbeRun } from "./remove-probes.ts";

/**
 * Starts a process that removes what a run has created once this one has ended, however it ends: its standard input
 * closes then. The pods end by themselves, but nothing in a cluster ends a namespace.
 */
export function removeAfterOurEnd({ kubeconfig, context }: KubernetesClient, made: ProbeRun): void {
    const script = fileURLToPath(new URL("remove-after-end.ts", import.meta.url));
    const child = spawn(
        process.execPath,
        ["--import", import.meta.resolve("tsx"), script, JSON.stringify({ kubeconfig, context, ...made })],
        // In a session of its own, where no Ctrl-C reaches it.
        { detached: true, stdio: ["pipe", "ignore", "ignore"] },
    );
    // Without it, only the next run removes what is left.
    child.on("error", () => undefined);
    child.unref();
}
