import { isUnexpected, type Row } from "./row.ts";

/** The problems of a stack beside the rows. */
export interface StackProblems {
    /** By the tier's name. */
    readonly tiers: ReadonlyMap<string, string>;
    readonly ingress: string | undefined;
}

/**
 * Gives every row that is not as expected the cause behind it: a problem of the tier that it asks, or of the one that
 * asks, explains all of its rows.
 */
export function explainRows(rows: readonly Row[], { tiers, ingress }: StackProblems): Row[] {
    return rows.map((row) => {
        // No pod explains a row about policies.
        if (!isUnexpected(row) || row.group === "Policies") {
            return row;
        }
        const why =
            tiers.get(row.to) ??
            tiers.get(row.from) ??
            (row.group === "End to end" ? [...tiers.values()][0] : undefined) ??
            (row.from === "outside" && row.group !== "Reachability" ? ingress : undefined) ??
            row.why;
        return why === undefined ? row : { ...row, why };
    });
}
