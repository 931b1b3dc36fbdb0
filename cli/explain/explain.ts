import type { KubernetesClient } from "../kubernetes/client.ts";
import { describeTier } from "./describe-tier.ts";
import { diagnoseIngress } from "./diagnose-ingress.ts";
import { diagnoseTier, type Vocabulary } from "./diagnose-tier.ts";
import { gatherIngresses, gatherTiers } from "./gather.ts";

/**
 * Looks at tiers that are not as they should be.
 *
 * @param tiers their names; undefined means all that have a Deployment
 * @returns for each tier with which something is wrong, what, in several lines
 */
export async function explainTiers(
    client: KubernetesClient,
    namespace: string,
    tiers: readonly string[] | undefined,
    words: Vocabulary,
): Promise<ReadonlyMap<string, string>> {
    const found = await gatherTiers(client, namespace, tiers);
    return new Map(
        found.flatMap((evidence) => {
            const diagnosis = diagnoseTier(evidence, words);
            return diagnosis === undefined
                ? []
                : [[evidence.tier, describeTier(evidence, diagnosis)] as const];
        }),
    );
}

/** What is wrong with the Ingresses of a namespace; undefined if nothing is. */
export async function explainIngresses(
    client: KubernetesClient,
    namespace: string,
): Promise<string | undefined> {
    const found = await gatherIngresses(client, namespace);
    const diagnosis = found.map(diagnoseIngress).find((each) => each !== undefined);
    return diagnosis === undefined ? undefined : `${diagnosis.cause}\n→ ${diagnosis.remedy}`;
}
