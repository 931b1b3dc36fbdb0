import { defaultReplicas } from "../../settings/schema.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { application, type StackRef } from "../session/project.ts";
import { describeTier } from "./describe-tier.ts";
import { diagnoseIngress } from "./diagnose-ingress.ts";
import { diagnoseTier } from "./diagnose-tier.ts";
import type { RemedyHints } from "./evidence.ts";
import { gatherIngresses, gatherTiers } from "./gather.ts";

/** Names the settings and the commands of a stack. */
export function remedyHints({ project, commands }: StackRef): RemedyHints {
    const { refresh } = commands;
    if (project !== application) {
        const setting: RemedyHints["setting"] = (component = "its tiers", path) =>
            `${path} of ${component} in the index.ts of ${project.name}`;
        return { setting, replicas: () => undefined, refresh };
    }
    const setting: RemedyHints["setting"] = (component, path) =>
        `${project.name}:${component === undefined ? "" : `${component}.`}${path}`;
    return {
        setting,
        replicas: (tier) => (Object.hasOwn(defaultReplicas, tier) ? setting(tier, "replicas") : undefined),
        refresh,
    };
}

/**
 * Explains the tiers with which something is wrong.
 *
 * @param tiers their names; undefined means all that have a Deployment
 * @returns the explanations by the tiers' names, each of several lines
 */
export async function explainTiers(
    client: KubernetesClient,
    namespace: string,
    tiers: readonly string[] | undefined,
    hints: RemedyHints,
): Promise<ReadonlyMap<string, string>> {
    const found = await gatherTiers(client, namespace, tiers);
    return new Map(
        found.flatMap((evidence) => {
            const diagnosis = diagnoseTier(evidence, hints);
            return diagnosis === undefined
                ? []
                : [[evidence.tier, describeTier(evidence, diagnosis)] as const];
        }),
    );
}

/** Explains the first Ingress of a namespace with which something is wrong; undefined if there is none. */
export async function explainIngresses(
    client: KubernetesClient,
    namespace: string,
    hints: RemedyHints,
): Promise<string | undefined> {
    const [diagnosis] = (await gatherIngresses(client, namespace)).flatMap(
        (evidence) => diagnoseIngress(evidence, hints) ?? [],
    );
    return diagnosis === undefined ? undefined : `${diagnosis.cause}\n→ ${diagnosis.remedy}`;
}
