import type { KubernetesClient } from "../kubernetes/client.ts";
import { execInPod, type ExecResult, type Place } from "./pod-exec.ts";
import type { Probes } from "./probe-pods.ts";
import type { Declared, LiveTier } from "./subject.ts";

/** What every check works with. */
export interface Context {
    readonly client: KubernetesClient;
    readonly declared: Declared;
    readonly tiers: readonly LiveTier[];
    readonly probes: Probes;
    /** The command that makes the cluster what the program says, again. */
    readonly refresh: string;
    /** Runs a command in a container. @throws ExecFailure */
    readonly exec: (place: Place, command: readonly string[]) => Promise<ExecResult>;
}

/** How many commands run in pods at once; the API server and the probe pods have better things to do. */
const concurrency = 12;

/** Runs commands in pods, a few at once. */
export function limitedExec(client: KubernetesClient): Context["exec"] {
    let running = 0;
    const waiting: (() => void)[] = [];
    return async (place, command) => {
        if (running === concurrency) {
            await new Promise<void>((resolve) => waiting.push(resolve));
        } else {
            running++;
        }
        try {
            return await execInPod(client, place, command);
        } finally {
            // The place goes to the next one, if there is one.
            const next = waiting.shift();
            if (next === undefined) {
                running--;
            } else {
                next();
            }
        }
    };
}

/** How long a check that depends on what was just deployed is repeated, in ms. */
export const settling = 12_000;
