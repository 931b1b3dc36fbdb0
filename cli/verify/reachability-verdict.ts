import type { Attempt } from "./probe-scripts.ts";
import type { Row } from "./row.ts";

/** Two pods, and the attempts that tell of their connection, made at about the same time. */
export interface Pair {
    readonly mayConnect: boolean;
    readonly sourceRuns: boolean;
    /** undefined if nothing could be run in the source. */
    readonly attempt: Attempt | undefined;
    /** The source resolved a name. */
    readonly sourceAlive: boolean;
    /** The attempt of a pod that every tier lets in. */
    readonly control: Attempt | undefined;
    /** The attempt of a pod that may send nothing. */
    readonly isolated: Attempt | undefined;
}

const connects = "connects";
const blocked = "blocked";

/** The result of a row that could not be tried from a tier: no pod of it runs, or no command in it. */
export function notTried(
    from: string,
    sourceRuns: boolean,
): { readonly observed: string; readonly verdict: "inconclusive"; readonly why: string } {
    return {
        observed: sourceRuns ? "nothing could be run there" : `no pod of ${from} runs`,
        verdict: "inconclusive",
        why: sourceRuns
            ? `No command could be run in the pod of ${from}; its image must have bash.`
            : `It can't be tried from ${from}, since no pod of it runs.`,
    };
}

/**
 * Judges one pair.
 *
 * @param refresh the command that restores what the program declares
 */
export function judgePair(
    from: string,
    to: string,
    { mayConnect, sourceRuns, attempt, sourceAlive, control, isolated }: Pair,
    refresh: string,
): Pick<Row, "expected" | "observed" | "verdict" | "why"> {
    const expected = mayConnect ? connects : blocked;
    if (!sourceRuns || attempt === undefined) {
        return { expected, ...notTried(from, sourceRuns) };
    }
    const observed = attempt === "open" ? connects : `${blocked} (${attempt})`;
    if (mayConnect) {
        if (attempt === "open") {
            return { expected, observed, verdict: "pass" };
        }
        return {
            expected,
            observed: attempt,
            verdict: "fail",
            why:
                control === "open"
                    ? `${to} answers others, but not ${from}: a NetworkPolicy that lets ${from} out or in to ${to} is missing. ` +
                      `Restore it: ${refresh}`
                    : `No pod reaches ${to} by its Service just now, so it is not the connection from ${from} but ${to} itself.`,
        };
    }
    if (control !== "open") {
        return {
            expected,
            observed: `${observed}, but so is every pod`,
            verdict: "inconclusive",
            why: `No pod reaches ${to} by its Service just now, so this proves nothing about ${from}.`,
        };
    }
    if (attempt !== "open") {
        return sourceAlive
            ? { expected, observed, verdict: "pass" }
            : {
                  expected,
                  observed: `${observed}, but nothing works there`,
                  verdict: "inconclusive",
                  why: `The pod of ${from} can't even resolve a name, so this proves nothing about its policies.`,
              };
    }
    if (isolated === "open") {
        return { expected, observed: connects, verdict: "not enforced" };
    }
    return {
        expected,
        observed: connects,
        verdict: "fail",
        why:
            `${from} reaches ${to}, which is not declared: a NetworkPolicy is missing or allows too much. ` +
            tooWideRemedy(refresh),
    };
}

/** The remedy against a policy that allows too much: an `up` sets back what others have changed in the program's own. */
export function tooWideRemedy(refresh: string): string {
    return `If the NetworkPolicy that allows it is the program's, this sets it back: ${refresh}. Delete any other.`;
}

/**
 * Tells if another round would say the same: all is as declared, or the cluster enforces no policy, and every connection that
 * is denied was made. Where policies are enforced, those of the tiers deny some of them: they are older than the probe
 * pods, whose own may take effect with a lag.
 */
export function isFinal(rows: readonly Pick<Row, "expected" | "verdict">[]): boolean {
    const denied = rows.filter(({ expected }) => expected === blocked);
    const allowed = rows.filter(({ expected }) => expected !== blocked);
    const all = (some: typeof rows, verdict: Row["verdict"]): boolean =>
        some.every((row) => row.verdict === verdict);
    return all(allowed, "pass") && (all(denied, "pass") || all(denied, "not enforced"));
}
