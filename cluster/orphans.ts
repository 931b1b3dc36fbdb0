import { CommandFailure } from "./failure.ts";
import type { LiveClaim, LiveObject } from "./live-object.ts";
import { nameOf, type ObjectIdentity } from "./stack-state.ts";

/** The labels that all objects of a stack carry (components/labels.ts). */
export interface StackLabels {
    readonly "app.kubernetes.io/part-of": string;
    readonly "app.kubernetes.io/instance": string;
}

/** The labels of a project's stack. */
export function stackLabels(project: string, stack: string): StackLabels {
    return { "app.kubernetes.io/part-of": project, "app.kubernetes.io/instance": stack };
}

/** The labels as a selector of the API. */
export function labelSelector(labels: StackLabels): string {
    return Object.entries(labels)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(",");
}

/** Whether an object carries a stack's labels. */
export function carries(object: LiveObject, labels: StackLabels): boolean {
    const own = object.metadata?.labels ?? {};
    return Object.entries(labels).every(([key, value]) => own[key] === value);
}

/** What identifies a live object. */
export function identityOf(object: LiveObject): ObjectIdentity {
    return {
        kind: object.kind ?? "",
        namespace: object.metadata?.namespace,
        name: object.metadata?.name ?? "",
    };
}

/**
 * The live objects that an engine created but couldn't note in its state any more: they carry the stack's labels,
 * the state doesn't have them, and no other object owns them. Claims are never among them: their names are fixed,
 * so the next `up` takes them on with the data in them.
 *
 * @param live objects in the stack's own namespace
 * @param known the objects of the stack's state
 */
export function findOrphans<Live extends LiveObject>(
    live: readonly Live[],
    known: readonly ObjectIdentity[],
    labels: StackLabels,
): Live[] {
    const names = new Set(known.map(nameOf));
    return live.filter(
        (object) =>
            carries(object, labels) &&
            object.kind !== "PersistentVolumeClaim" &&
            (object.metadata?.ownerReferences ?? []).length === 0 &&
            object.metadata?.deletionTimestamp === undefined &&
            !names.has(nameOf(identityOf(object))),
    );
}

/**
 * The objects of the state that are not in the cluster any more, although nothing that Pulumi did removed them.
 *
 * @param known the objects of the stack's state
 * @param live all objects in the stack's namespace, of the kinds asked for
 * @param kinds the kinds that `live` would contain
 */
export function findMissing<Known extends ObjectIdentity>(
    known: readonly Known[],
    live: readonly LiveObject[],
    kinds: readonly string[],
): Known[] {
    const names = new Set(live.map((object) => nameOf(identityOf(object))));
    return known.filter((object) => kinds.includes(object.kind) && !names.has(nameOf(object)));
}

/**
 * What to do about a namespace that the state doesn't have but the cluster does: `delete` is for one that an
 * interrupted `up` of this stack left behind, without data in it.
 *
 * @throws CommandFailure if it is somebody else's, or has data in it
 */
export function judgeNamespace(
    namespace: LiveObject,
    claims: readonly LiveClaim[],
    labels: StackLabels,
): "delete" {
    const name = namespace.metadata?.name ?? "";
    if (!carries(namespace, labels)) {
        const owner = namespace.metadata?.labels?.["app.kubernetes.io/instance"];
        const whose = owner === undefined ? "somebody else's" : `of another stack, "${owner}"`;
        throw new CommandFailure(
            `The namespace ${name} exists already and is ${whose}: it is left alone.`,
            `Give this stack a namespace of its own: the setting ${labels["app.kubernetes.io/part-of"]}:namespace.`,
        );
    }
    if (claims.length > 0) {
        const names = claims.map(({ metadata }) => metadata?.name ?? "").join(", ");
        throw new CommandFailure(
            `The namespace ${name} carries this stack's labels but is not in its state, and there is data in it ` +
                `(${names}): it is left alone.`,
            "Either Pulumi's state was lost or it is in another backend (PULUMI_BACKEND_URL, pulumi login): use that one.\n" +
                `Or, if the data may go for good: kubectl delete namespace ${name}`,
        );
    }
    return "delete";
}
