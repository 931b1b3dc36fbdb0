import type { Diagnosis, RemedyHints, TierEvidence } from "./evidence.ts";

/** One thing that can be wrong with a tier. */
interface Problem<Found> {
    /** Finds it; undefined if the evidence has nothing of it. */
    readonly when: (evidence: TierEvidence) => Found | undefined;
    readonly cause: (found: Found, evidence: TierEvidence) => string;
    readonly remedy: (found: Found, hints: RemedyHints, tier: string) => string;
    /** See {@link Diagnosis.passing}. */
    readonly passing?: true;
}

/** Diagnoses one kind of problem; undefined if the tier has not got it. */
export type Rule = (evidence: TierEvidence, hints: RemedyHints) => Diagnosis | undefined;

/** Makes a rule of a problem. */
export function rule<Found>({ when, cause, remedy, passing }: Problem<Found>): Rule {
    return (evidence, hints) => {
        const found = when(evidence);
        return found === undefined
            ? undefined
            : {
                  cause: cause(found, evidence),
                  remedy: remedy(found, hints, evidence.tier),
                  ...(passing && { passing }),
              };
    };
}
