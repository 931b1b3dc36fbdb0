import { ApiException, type KubernetesObject, type V1ManagedFieldsEntry } from "@kubernetes/client-node";

import { apiMessage } from "../kubernetes/client.ts";
import type { DeclaredObjectApi } from "../kubernetes/declared-object-api.ts";
import type { DeclaredObject } from "../kubernetes/declared-object.ts";
import { ownsAll } from "../kubernetes/field-ownership.ts";
import { identityOf, nameOf } from "../kubernetes/live-object.ts";
import { isWithin } from "./change.ts";
import { isMapping } from "../../settings/shown.ts";
import { propertyDifferences, type PropertyDifference } from "./property-differences.ts";
import { shownValues } from "./shown-value.ts";

/** An object of which others have changed what the program declares. */
export interface Drift {
    readonly object: DeclaredObject;
    /** Before: as it is in the cluster. After: as it is declared. */
    readonly differences: readonly PropertyDifference[];
    /** Those who changed it, as the API server calls them: `kubectl-edit`, `k9s`. */
    readonly managers: readonly string[];
    /** The API server's words if it refuses to set it back. */
    readonly refusal: string | undefined;
}

/** A client, as far as it applies declared objects. */
interface Applier {
    readonly declared: Pick<DeclaredObjectApi, "apply">;
}

/** The drift of a stack. */
export interface FoundDrift {
    readonly drifts: readonly Drift[];
    /** Why objects could not be compared, undefined if all could. */
    readonly unknown: string | undefined;
}

/**
 * Finds what others have changed in the objects of a stack. The API server itself compares: an object of which a field
 * is no longer the program's own is applied in a dry run, as it was at the last update. So defaults, lists and what
 * others may add are judged by Kubernetes' rules.
 *
 * @param declared the objects as they are in the state
 * @param live the objects as they are in the cluster; those that it doesn't have are no drift
 */
export async function findDrift(
    client: Applier,
    declared: readonly DeclaredObject[],
    live: readonly KubernetesObject[],
): Promise<FoundDrift> {
    const byName = new Map(live.map((object) => [nameOf(identityOf(object)), object]));
    const found = await Promise.all(
        withoutAutoscaled(declared).map(async (object) => {
            const existing = byName.get(nameOf(object));
            return existing === undefined ||
                existing.metadata?.deletionTimestamp !== undefined ||
                ownsAll(object, existing)
                ? undefined
                : await driftOf(client, object, existing);
        }),
    );
    const unknown = found.find((each) => typeof each === "string");
    return { drifts: found.filter((each) => typeof each === "object"), unknown };
}

/** Sets objects back to what the program declares. */
export async function setBack(client: Applier, drifts: readonly Drift[]): Promise<void> {
    for (const { object } of drifts.filter(({ refusal }) => refusal === undefined)) {
        await client.declared.apply(object, false);
    }
}

/** An autoscaler's Deployments without `replicas`: the state keeps the number of before the autoscaler. */
function withoutAutoscaled(declared: readonly DeclaredObject[]): DeclaredObject[] {
    const scaled = new Set(
        declared
            .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
            .map(({ inputs: { spec }, namespace }) => {
                const target =
                    isMapping(spec) && isMapping(spec["scaleTargetRef"]) ? spec["scaleTargetRef"] : {};
                return nameOf({ kind: "Deployment", name: String(target["name"]), namespace });
            }),
    );
    return declared.map((object) => {
        const { inputs } = object;
        if (!scaled.has(nameOf(object))) {
            return object;
        }
        const fields = isMapping(inputs["spec"]) ? Object.entries(inputs["spec"]) : [];
        const spec = Object.fromEntries(fields.filter(([key]) => key !== "replicas"));
        return { ...object, inputs: { ...inputs, spec } };
    });
}

/** @returns the drift of an object, undefined if there is none, or the reason why that is not known */
async function driftOf(
    client: Applier,
    object: DeclaredObject,
    live: KubernetesObject,
): Promise<Drift | string | undefined> {
    try {
        const applied = await client.declared.apply(object, true);
        const differences = propertyDifferences(comparable(live), comparable(applied));
        return differences.length === 0
            ? undefined
            : { object, differences, managers: losers(live, applied), refusal: undefined };
    } catch (error) {
        if (!(error instanceof ApiException)) {
            throw error;
        }
        const message = apiMessage(error);
        return error.code === 403 ? message : { object, differences: [], managers: [], refusal: message };
    }
}

/** The part of an object that a program declares. */
function comparable(object: KubernetesObject): unknown {
    const plain: unknown = JSON.parse(JSON.stringify(object));
    const { metadata } = object;
    const declared = { labels: metadata?.labels, annotations: metadata?.annotations };
    return Object.assign({}, plain, { metadata: declared, status: undefined });
}

/** The managers that would lose fields. */
function losers(live: KubernetesObject, applied: KubernetesObject): string[] {
    const after = new Set((applied.metadata?.managedFields ?? []).map(fieldsOf));
    const lost = (live.metadata?.managedFields ?? []).filter((entry) => !after.has(fieldsOf(entry)));
    return [...new Set(lost.map(({ manager = "" }) => manager))].filter(
        (manager) => manager !== "" && !manager.startsWith("pulumi-kubernetes"),
    );
}

function fieldsOf({ manager, operation, subresource, fieldsV1 }: V1ManagedFieldsEntry): string {
    return JSON.stringify([manager, operation, subresource, fieldsV1]);
}

/** A drift in words: `was changed in the cluster, by kubectl: spec.replicas 2 → 3 (up sets it back).` */
export function driftInWords({ differences, managers, refusal }: Drift): string {
    if (refusal !== undefined) {
        return `can't be set back to what the program declares: ${refusal}`;
    }
    const by = managers.length === 0 ? "" : `, by ${managers.join(" and ")}`;
    // Of a list without names, which is set back as a whole, items are no use to a reader.
    const lists = differences.flatMap(({ path }) => /^(.*?)\[\d+\]/.exec(path)?.[1] ?? []);
    const fields = differences.filter(({ path }) => !lists.some((list) => isWithin(path, list)));
    return [
        `was changed in the cluster${by}:`,
        [
            ...fields.map(({ path, before, after }) => {
                const shown = shownValues(before, after);
                return `${path} ${shown.after ?? "unset"} → ${shown.before ?? "unset"}`;
            }),
            ...new Set(lists),
        ].join(", "),
        "(up sets it back).",
    ].join(" ");
}
