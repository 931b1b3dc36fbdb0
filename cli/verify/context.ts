import type { KubernetesClient } from "../kubernetes/client.ts";
import { execInPod, type ContainerRef, type ExecResult } from "./pod-exec.ts";
import type { Probes } from "./probe-pods.ts";
import type { Declared, LiveTier } from "./subject.ts";

/** The cluster, the stack and the probe pods that every check works with. */
export interface Context {
    readonly client: KubernetesClient;
    readonly declared: Declared;
    readonly tiers: readonly LiveTier[];
    readonly probes: Probes;
    /** The command that restores what the program declares. */
    readonly refresh: string;
    /** Runs a command in a container. @throws ExecFailure */
    readonly exec: (container: ContainerRef, command: readonly string[]) => Promise<ExecResult>;
}

/** The number of commands that run in pods at once, to spare the API server and the probe pods. */
const concurrency = 12;

/** Runs commands in pods, a few at once. */
export function limitedExec(client: KubernetesClient): Context["exec"] {
    let running = 0;
    const waiting: (() => void)[] = [];
    return async (container, command) => {
        if (running === concurrency) {
            await new Promise<void>((resolve) => waiting.push(resolve));
        } else {
            running++;
        }
        try {
            return await execInPod(client, container, command);
        } finally {
            // The turn goes to the next one, if there is one.
            const next = waiting.shift();
            if (next === undefined) {
                running--;
            } else {
                next();
            }
        }
    };
}

/**
 * Runs a bash script in the insider's container with a tier's own client program and passwords. Its `$0` and `$1` are
 * the tier's host and port.
 */
export async function runClient(
    { probes, exec }: Context,
    { name, port }: LiveTier,
    script: string,
    ...args: readonly string[]
): Promise<ExecResult> {
    return await exec(probes.client(name), [
        "timeout",
        "8",
        "bash",
        "-c",
        script,
        name,
        String(port),
        ...args,
    ]);
}
