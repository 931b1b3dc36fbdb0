import { checkBalancing } from "./balancing-check.ts";
import type { Context } from "./context.ts";
import { checkDns } from "./dns-check.ts";
import { checkEndToEnd } from "./end-to-end-check.ts";
import { checkHttp } from "./http-check.ts";
import { checkLogins } from "./login-checks.ts";
import { checkExposure, checkPolicies } from "./policies-check.ts";
import { checkReachability } from "./reachability-check.ts";
import type { Row } from "./row.ts";

/**
 * Runs all checks side by side.
 *
 * @param sampleApplication the stack runs the project's own application, which takes jobs
 * @param progressed is told the number of parts that are done, and of all
 */
export async function runChecks(
    context: Context,
    sampleApplication: boolean,
    progressed: (done: number, all: number) => void,
): Promise<Row[]> {
    const parts: (Promise<Row> | Promise<Row[]>)[] = [
        ...checkDns(context),
        ...checkHttp(context),
        ...checkLogins(context),
        ...(sampleApplication ? [checkEndToEnd(context)] : []),
        checkReachability(context),
        checkExposure(context),
        ...checkPolicies(context),
        ...checkBalancing(context),
    ];
    let done = 0;
    const rows = await Promise.all(
        parts.map(async (part) => {
            const found = await part;
            progressed(++done, parts.length);
            return found;
        }),
    );
    return rows.flat();
}
