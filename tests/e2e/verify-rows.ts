import * as v from "valibot";

import { workspace } from "./suite.ts";

const rowsSchema = v.array(
    v.object({
        group: v.string(),
        from: v.string(),
        to: v.string(),
        what: v.string(),
        expected: v.string(),
        observed: v.string(),
        seconds: v.number(),
        verdict: v.picklist(["pass", "fail", "not enforced", "inconclusive", "not tried"]),
        why: v.optional(v.string(), ""),
    }),
);

/** The rows that `npm run verify` tells. */
export type Rows = v.InferOutput<typeof rowsSchema>;

/** Runs `npm run verify`, which has to end with this exit code. */
export async function verify(exitCode: 0 | 1, ...args: string[]): Promise<Rows> {
    const { stdout } = await workspace()
        .start("verify", ["--json", ...args])
        .endWith(exitCode);
    return rowsOf(stdout);
}

/** Reads the rows that `npm run verify -- --json` writes. */
export function rowsOf(stdout: string): Rows {
    return v.parse(rowsSchema, JSON.parse(stdout));
}
