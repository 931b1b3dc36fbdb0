import type { Diagnosis, RemedyHints, TierEvidence } from "./evidence.ts";
import { evicted, formerlyEvicted } from "./eviction-rules.ts";
import { readinessRules, serviceRules, startRules } from "./runtime-rules.ts";
import { deploymentRules } from "./deployment-rules.ts";

const rules = [
    ...deploymentRules,
    ...startRules,
    evicted,
    ...readinessRules,
    ...serviceRules,
    formerlyEvicted,
];

/** Finds the likely problem of a tier, the most basic one first; undefined if nothing is seen. */
export function diagnoseTier(evidence: TierEvidence, hints: RemedyHints): Diagnosis | undefined {
    for (const rule of rules) {
        const diagnosis = rule(evidence, hints);
        if (diagnosis !== undefined) {
            return diagnosis;
        }
    }
    return undefined;
}
