import { configNamespace } from "../../settings/path.ts";
import { builtTierDefaults } from "../../settings/schema.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { StackRef } from "../session/project.ts";
import { describeTier } from "./describe-tier.ts";
import { diagnoseIngress } from "./diagnose-ingress.ts";
import { diagnoseTier } from "./diagnose-tier.ts";
import type { Diagnosis, RemedyHints } from "./evidence.ts";
import { gatherIngresses, gatherTiers } from "./gather.ts";

/** Names the settings and the commands of a stack. */
export function remedyHints({ project, commands }: StackRef): RemedyHints {
    const { refresh } = commands;
    if (project.isExample) {
        const setting: RemedyHints["setting"] = (component = "its tiers", path) =>
            `${path} of ${component} in the index.ts of ${project.name}`;
        return { setting, replicas: () => undefined, refresh };
    }
    const setting: RemedyHints["setting"] = (component, path) =>
        `${configNamespace}:${component === undefined ? "" : `${component}.`}${path}`;
    return {
        setting,
        replicas: (tier) => (Object.hasOwn(builtTierDefaults, tier) ? setting(tier, "replicas") : undefined),
        refresh,
    };
}

/** A problem of a tier or an Ingress, with its description in several lines. */
export interface Problem extends Diagnosis {
    readonly description: string;
}

/** The problems of a namespace. */
export interface Problems {
    /** By the tier's name. */
    readonly tiers: ReadonlyMap<string, Problem>;
    /** The problem of the first Ingress that has one. */
    readonly ingress: Problem | undefined;
}

/**
 * Looks for the problems of a namespace.
 *
 * @param tiers the names of the tiers to look at. Default: all that have a Deployment
 */
export async function findProblems(
    client: KubernetesClient,
    namespace: string,
    hints: RemedyHints,
    tiers?: readonly string[],
): Promise<Problems> {
    const [ofTiers, ofIngresses] = await Promise.all([
        gatherTiers(client, namespace, tiers),
        gatherIngresses(client, namespace),
    ]);
    const [ingress] = ofIngresses.flatMap((evidence) => diagnoseIngress(evidence, hints) ?? []);
    return {
        tiers: new Map(
            ofTiers.flatMap((evidence) => {
                const diagnosis = diagnoseTier(evidence, hints);
                return diagnosis === undefined
                    ? []
                    : [
                          [
                              evidence.tier,
                              { ...diagnosis, description: describeTier(evidence, diagnosis) },
                          ] as const,
                      ];
            }),
        ),
        ingress: ingress && { ...ingress, description: `${ingress.cause}\n→ ${ingress.remedy}` },
    };
}
