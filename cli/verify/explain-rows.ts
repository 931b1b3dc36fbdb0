import type { Problems } from "../explain/explain.ts";
import { isUnexpected, type Row } from "./row.ts";

/**
 * Gives every row that is not as expected the cause behind it: a problem of the tier that it asks, or of the one that
 * asks, explains all of its rows.
 */
export function explainRows(rows: readonly Row[], { tiers, ingress }: Problems): Row[] {
    return rows.map((row) => {
        // No pod explains a row about policies.
        if (!isUnexpected(row) || row.group === "Policies") {
            return row;
        }
        const problem =
            tiers.get(row.to) ??
            tiers.get(row.from) ??
            (row.group === "End to end" ? [...tiers.values()][0] : undefined) ??
            (row.from === "outside" && row.group !== "Reachability" ? ingress : undefined);
        return problem === undefined ? row : { ...row, why: problem.description };
    });
}
