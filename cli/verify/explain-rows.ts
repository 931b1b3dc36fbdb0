import type { Row } from "./row.ts";

/** What was found to be wrong beside the rows themselves. */
export interface Findings {
    /** By the tier's name. */
    readonly tiers: ReadonlyMap<string, string>;
    readonly ingress: string | undefined;
}

/** Whether a row needs an explanation. */
export function isUnexpected({ verdict }: Row): boolean {
    return verdict === "fail" || verdict === "untold";
}

/**
 * Gives every row that is not as expected the cause behind it: what is wrong with the tier that it asks, or with the one
 * that asks, explains all of its rows.
 */
export function explainRows(rows: readonly Row[], { tiers, ingress }: Findings): Row[] {
    return rows.map((row) => {
        if (!isUnexpected(row)) {
            return row;
        }
        const why =
            tiers.get(row.to) ??
            tiers.get(row.from) ??
            (row.group === "End to end" ? [...tiers.values()][0] : undefined) ??
            (row.from === "outside" && row.group !== "Reachability" ? ingress : undefined) ??
            row.why;
        // Rows of one policy are not explained by a pod.
        return row.group === "Policies" || why === undefined ? row : { ...row, why };
    });
}
