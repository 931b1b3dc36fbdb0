import type { KubernetesClient } from "./kubernetes-client.ts";
import { podTroubles } from "./pod-troubles.ts";
import type { Report } from "./progress.ts";

/** How often pods are looked at, in ms. */
const interval = 10_000;

/** How often in succession a trouble must be seen to be told: most pass by themselves. */
const patience = 2;

/** What the watching of pods has found. */
export interface PodWatch {
    /** The troubles that there were when it last looked. */
    readonly troubles: () => readonly string[];
    readonly stop: () => void;
}

/**
 * Tells what keeps the pods of a namespace from running while an update waits for them: the engine only says that it
 * waits.
 */
export function watchPods(client: KubernetesClient, namespace: string, report: Report): PodWatch {
    let seen = new Map<string, number>();
    const look = async (): Promise<void> => {
        const { items } = await client.core.listNamespacedPod({ namespace });
        seen = new Map(podTroubles(items).map((trouble) => [trouble, (seen.get(trouble) ?? 0) + 1]));
        for (const [trouble, times] of seen) {
            if (times === patience) {
                report(trouble);
            }
        }
    };
    const timer = setInterval(() => {
        // A cluster that doesn't answer is the engine's to report.
        look().catch(() => undefined);
    }, interval);
    return {
        troubles: () => [...seen.keys()],
        stop: () => {
            clearInterval(timer);
        },
    };
}
