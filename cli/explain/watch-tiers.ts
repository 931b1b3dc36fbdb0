import type { KubernetesClient } from "../kubernetes/client.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import { truncate } from "../terminal/text.ts";
import type { RemedyHints } from "./evidence.ts";
import { findProblems, type Problem } from "./explain.ts";

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
    report: ReportProgress,
): TierWatch {
    const problems = async (): Promise<Problem[]> => {
        const { tiers, ingress } = await findProblems(client, namespace, hints);
        return [...tiers.values(), ...(ingress === undefined ? [] : [ingress])];
    };
    let seen = new Map<string, number>();
    const look = async (): Promise<void> => {
        const lasting = (await problems()).filter(({ passing }) => passing !== true);
        // Counted by the remedy, since the cause may count restarts.
        const causes = new Map(lasting.map(({ cause, remedy }) => [remedy, cause]));
        seen = new Map([...causes.keys()].map((remedy) => [remedy, (seen.get(remedy) ?? 0) + 1]));
        for (const [remedy, cause] of causes) {
            if (seen.get(remedy) === patience) {
                report(`${truncate(cause, widest)} → ${remedy}`);
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
                return (await problems()).map(({ description }) => description);
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
