import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Report } from "../terminal/steps.ts";
import { truncate } from "../terminal/text.ts";
import { diagnoseIngress } from "./diagnose-ingress.ts";
import { diagnoseTier } from "./diagnose-tier.ts";
import type { Diagnosis, RemedyHints } from "./evidence.ts";
import { explainIngresses, explainTiers } from "./explain.ts";
import { gatherIngresses, gatherTiers } from "./gather.ts";

/** The interval between two looks, in ms. */
const interval = 10_000;

/** The looks in succession at which a problem must be seen before it is reported; most pass by themselves. */
const patience = 2;

/** The longest line that is reported in full; messages of the container runtime can be very long. */
const widest = 400;

/** The watching of a namespace. */
export interface TierWatch {
    /** Explains the present problems, each in several lines. */
    readonly explain: () => Promise<readonly string[]>;
    readonly stop: () => void;
}

/**
 * Reports the problems that keep the tiers of a namespace from getting ready while an update waits for them: the engine
 * only says that it waits.
 */
export function watchTiers(
    client: KubernetesClient,
    namespace: string,
    hints: RemedyHints,
    report: Report,
): TierWatch {
    let seen = new Map<string, number>();
    const look = async (): Promise<void> => {
        const found = new Map(
            (await diagnose(client, namespace, hints)).map((diagnosis) => [diagnosis.remedy, diagnosis]),
        );
        // Counted by the remedy, since the cause may count restarts.
        seen = new Map([...found.keys()].map((remedy) => [remedy, (seen.get(remedy) ?? 0) + 1]));
        for (const [remedy, times] of seen) {
            if (times === patience) {
                report(`${truncate(found.get(remedy)?.cause ?? "", widest)} → ${remedy}`);
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
                const tiers = await explainTiers(client, namespace, undefined, hints);
                const ingress = await explainIngresses(client, namespace, hints);
                return [...tiers.values(), ...(ingress === undefined ? [] : [ingress])];
            } catch {
                // The failure itself is reported all the same.
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
    hints: RemedyHints,
): Promise<Diagnosis[]> {
    const [tiers, ingresses] = await Promise.all([
        gatherTiers(client, namespace),
        gatherIngresses(client, namespace),
    ]);
    const found = [
        ...tiers.map((evidence) => diagnoseTier(evidence, hints)),
        ...ingresses.map((evidence) => diagnoseIngress(evidence, hints)),
    ];
    return found.filter((diagnosis) => diagnosis !== undefined).filter(({ passing }) => passing !== true);
}
