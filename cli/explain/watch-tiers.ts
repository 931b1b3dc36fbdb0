import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Report } from "../terminal/steps.ts";
import { diagnoseIngress } from "./diagnose-ingress.ts";
import { diagnoseTier, type Vocabulary } from "./diagnose-tier.ts";
import type { Diagnosis } from "./evidence.ts";
import { explainIngresses, explainTiers } from "./explain.ts";
import { gatherIngresses, gatherTiers } from "./gather.ts";

/** How often is looked, in ms. */
const interval = 10_000;

/** How often in succession something must be seen to be told: most passes by itself. */
const patience = 2;

/** The longest line that is told in full; what the container runtime says can be very long. */
const widest = 400;

/** The watching of a namespace. */
export interface TierWatch {
    /** What is wrong now, each in several lines. */
    readonly explain: () => Promise<readonly string[]>;
    readonly stop: () => void;
}

/**
 * Tells what keeps the tiers of a namespace from getting ready while an update waits for them: the engine only says
 * that it waits.
 */
export function watchTiers(
    client: KubernetesClient,
    namespace: string,
    words: Vocabulary,
    report: Report,
): TierWatch {
    let seen = new Map<string, number>();
    const look = async (): Promise<void> => {
        const found = new Map(
            (await diagnose(client, namespace, words)).map((diagnosis) => [diagnosis.remedy, diagnosis]),
        );
        // By what to do, since the cause may count restarts.
        seen = new Map([...found.keys()].map((remedy) => [remedy, (seen.get(remedy) ?? 0) + 1]));
        for (const [remedy, times] of seen) {
            if (times === patience) {
                report(`${(found.get(remedy)?.cause ?? "").slice(0, widest)} → ${remedy}`);
            }
        }
    };
    const timer = setInterval(() => {
        // A cluster that doesn't answer is the engine's to report.
        look().catch(() => undefined);
    }, interval);
    return {
        explain: async () => {
            try {
                const tiers = await explainTiers(client, namespace, undefined, words);
                const ingress = await explainIngresses(client, namespace);
                return [...tiers.values(), ...(ingress === undefined ? [] : [ingress])];
            } catch {
                // The failure that this was to explain is told all the same.
                return [];
            }
        },
        stop: () => {
            clearInterval(timer);
        },
    };
}

async function diagnose(
    client: KubernetesClient,
    namespace: string,
    words: Vocabulary,
): Promise<Diagnosis[]> {
    const [tiers, ingresses] = await Promise.all([
        gatherTiers(client, namespace),
        gatherIngresses(client, namespace),
    ]);
    const found = [
        ...tiers.map((evidence) => diagnoseTier(evidence, words)),
        ...ingresses.map((evidence) => diagnoseIngress(evidence)),
    ];
    return found.filter((diagnosis) => diagnosis !== undefined).filter(({ passing }) => passing !== true);
}
