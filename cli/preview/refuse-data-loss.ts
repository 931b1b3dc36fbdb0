import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { StepContext } from "../terminal/steps.ts";
import type { KnownObject } from "../session/state-file.ts";
import type { ResourceChange } from "./change.ts";
import { findingsOf, type ClaimName } from "./data-at-risk.ts";
import type { EngineRun } from "./engine-preview.ts";
import type { PreviewFinding } from "./report.ts";

/** The facts by which an update may go on or not. */
export interface DataLossCheck {
    /** The objects of the stack's state. */
    readonly known: readonly KnownObject[];
    /** The claims in their namespaces, as the cluster has them. */
    readonly claims: readonly ClaimName[];
    /** Has the engine say what the update would do, with the resources of these URNs alone if some are given. */
    readonly preview: (targets?: readonly string[]) => Promise<EngineRun>;
    /** The command line that allows the loss. */
    readonly allow: string;
}

/** The namespaces in which a stack of this state has data, or may have. */
export function namespacesOf(known: readonly KnownObject[]): string[] {
    const names = known
        .filter(holdsData)
        .map(({ kind, name, namespace }) => (kind === "Namespace" ? name : (namespace ?? "default")));
    return [...new Set(names)];
}

function holdsData({ kind }: KnownObject): boolean {
    return kind === "Namespace" || kind === "PersistentVolumeClaim";
}

/**
 * Checks before an update that it would put no data at risk, by the same rules as a preview. A person at a terminal may
 * allow it.
 *
 * @returns the engine's run
 * @throws CommandFailure if data is at risk and nobody allows that, or if the engine can't say
 */
export async function refuseDataLoss(
    { known, claims, preview, allow }: DataLossCheck,
    { report, confirm, done }: Pick<StepContext, "report" | "confirm" | "done">,
): Promise<EngineRun> {
    const run = await completed(await preview(), known, preview);
    const { changes, errors, failure } = run;
    const { dataAtRisk } = findingsOf(changes, claims);
    if (dataAtRisk.length > 0) {
        const risks = dataAtRisk.map(inWords).join("\n");
        if (!(await confirm(`This puts data at risk:\n${risks}\nGo on, and lose it?`, "no"))) {
            throw new CommandFailure(
                `Nothing was changed, since this puts data at risk:\n${risks}`,
                "To keep the data, take back what leads to that; npm run preview shows what changes then.\n" +
                    `If it may go for good: ${allow} (--yes doesn't say that).`,
            );
        }
        done("data is at risk, which you allow");
        return run;
    }
    const words = errors.length > 0 ? errors.join("\n") : messageOf(failure);
    if (failure !== undefined && unseenData(known, changes).length > 0) {
        throw new CommandFailure(
            words,
            "Nothing was changed. Correct this and run it again.\n" +
                `The engine's preview ends here, without a word on the data. If that may be lost: ${allow}`,
            { cause: failure },
        );
    }
    if (failure !== undefined) {
        report(`the engine's preview ends early, after what is known of the data: ${words}`);
    }
    done("no data at risk");
    return run;
}

function inWords({ tier, resource, text }: PreviewFinding): string {
    return `  ${tier}: ${resource} ${text}`;
}

/** The objects with data that a preview did not come to. */
function unseenData(known: readonly KnownObject[], changes: readonly ResourceChange[]): KnownObject[] {
    return known.filter((object) => holdsData(object) && !isSeen(object, changes));
}

/**
 * Completes a preview that failed before it came to all data, as it does on another resource's conflict that the update
 * itself would get over: what it has not come to is previewed alone.
 */
async function completed(
    run: EngineRun,
    known: readonly KnownObject[],
    preview: DataLossCheck["preview"],
): Promise<EngineRun> {
    const unseen = run.failure === undefined ? [] : unseenData(known, run.changes);
    if (unseen.length === 0) {
        return run;
    }
    const { changes } = await preview(unseen.map(({ urn }) => urn));
    return { ...run, changes: [...run.changes, ...changes] };
}

/** Tells if a preview came to an object of the state. */
function isSeen({ urn }: KnownObject, changes: readonly ResourceChange[]): boolean {
    return changes.some((change) => urn.endsWith(`::${change.urn}`));
}
