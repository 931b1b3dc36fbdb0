import { setTimeout as sleep } from "node:timers/promises";

import { messageOf } from "../terminal/failure.ts";

/** The subject of a check. */
export type Group =
    "DNS" | "HTTP" | "Redis" | "MySQL" | "End to end" | "Reachability" | "Policies" | "Balancing";

/**
 * The result of a check. `not enforced` is a connection that the policies deny, in a cluster that enforces none;
 * `inconclusive` is a denial whose control failed, which proves nothing; `not tried` is what the user has no right to try.
 */
export type Verdict = "pass" | "fail" | "not enforced" | "inconclusive" | "not tried";

/** One row of the table. */
export interface Row {
    readonly group: Group;
    readonly from: string;
    readonly to: string;
    readonly what: string;
    readonly expected: string;
    readonly observed: string;
    readonly seconds: number;
    readonly verdict: Verdict;
    /** The reason and the remedy, in words; only of rows that are not as expected. */
    readonly why?: string;
}

/** The result of one attempt. */
export interface Observation {
    readonly observed: string;
    readonly asExpected: boolean;
    readonly why?: string;
}

/** The columns of a row that stand before it is checked. */
export type RowSubject = Pick<Row, "group" | "from" | "to" | "what" | "expected">;

/** The time that a check of something recently deployed is repeated, in ms. */
export const settling = 12_000;

/** The interval between two attempts, in ms. */
const interval = 1000;

/**
 * Checks a row, again and again until it is as expected or the time is over: a recent deployment takes effect with a
 * lag.
 *
 * @param patience how long to try, in ms; 0 means once
 */
export async function checkRow(
    subject: RowSubject,
    patience: number,
    observe: () => Promise<Observation>,
): Promise<Row> {
    const started = performance.now();
    for (;;) {
        const { observed, asExpected, why } = await observe().catch((error: unknown) => ({
            observed: messageOf(error),
            asExpected: false,
            why: undefined,
        }));
        const elapsed = performance.now() - started;
        if (asExpected || elapsed + interval > patience) {
            return {
                ...subject,
                observed,
                seconds: elapsed / 1000,
                verdict: asExpected ? "pass" : "fail",
                ...(why !== undefined && !asExpected && { why }),
            };
        }
        await sleep(interval);
    }
}

/** The row of a check that the user has no right to try. */
export function notTriedRow(subject: RowSubject, why: string): Row {
    return { ...subject, observed: "not tried", seconds: 0, verdict: "not tried", why };
}

/** Tells a row that needs an explanation. */
export function isUnexpected({ verdict }: Row): boolean {
    return verdict === "fail" || verdict === "inconclusive";
}
