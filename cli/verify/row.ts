/** What a check is about. */
export type Group =
    | "DNS"
    | "HTTP"
    | "Redis"
    | "MySQL"
    | "End to end"
    | "Reachability"
    | "Policies"
    | "Balancing"
    | "Independence";

/**
 * What came of a check. `not enforced` is a connection that the policies deny, in a cluster that enforces none;
 * `untold` is a denial whose control failed, which proves nothing.
 */
export type Verdict = "pass" | "fail" | "not enforced" | "untold";

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
    /** In words, why it is not as expected and what to do; only of those that are not. */
    readonly why?: string;
}

/** What a check sees. */
export interface Observation {
    readonly observed: string;
    readonly asExpected: boolean;
    readonly why?: string;
}

/** What a row says before it is checked. */
export type Question = Pick<Row, "group" | "from" | "to" | "what" | "expected">;

/** How often a check that is not as expected yet is tried again, in ms. */
const interval = 1000;

/**
 * Answers a question, again and again until it is as expected or the time is over: what was just deployed takes
 * effect with a lag.
 *
 * @param patience how long to try, in ms
 */
export async function answer(
    question: Question,
    patience: number,
    look: () => Promise<Observation>,
): Promise<Row> {
    const started = performance.now();
    for (;;) {
        const { observed, asExpected, why } = await observe(look);
        const elapsed = performance.now() - started;
        if (asExpected || elapsed + interval > patience) {
            return {
                ...question,
                observed,
                seconds: elapsed / 1000,
                verdict: asExpected ? "pass" : "fail",
                ...(why !== undefined && !asExpected && { why }),
            };
        }
        await new Promise((resolve) => setTimeout(resolve, interval));
    }
}

async function observe(look: () => Promise<Observation>): Promise<Observation> {
    try {
        return await look();
    } catch (error) {
        return { observed: error instanceof Error ? error.message : String(error), asExpected: false };
    }
}
