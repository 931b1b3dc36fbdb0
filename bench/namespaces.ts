import { run } from "../cli/process/run.ts";
import type { Workplace } from "./workplace.ts";

/** The namespaces that the benchmark creates, and deletes with all in them. Nobody else's would be called this. */
export const namespaces = {
    /** By `pulumi up`. */
    up: "multitier-bench-up",
    /** By `kubectl apply`. */
    apply: "multitier-bench-apply",
} as const;

/** Deletes the benchmark's namespaces, those that a killed run left too, and waits until they are gone. */
export async function deleteNamespaces({ kubectl, environment, signal }: Workplace): Promise<void> {
    const args = ["delete", "namespace", ...Object.values(namespaces), "--ignore-not-found", "--wait"];
    await run(kubectl, args, { environment, signal });
}
