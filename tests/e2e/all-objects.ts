import * as v from "valibot";

/** Resources whose objects come and go, or change, by themselves. */
const restless = ["events", "events.events.k8s.io", "leases.coordination.k8s.io", "componentstatuses"];

/** Fields that change with nobody's doing, or with everybody's: versions, heartbeats, and what controllers note. */
const restlessFields = ["resourceVersion", "managedFields"];

const restlessAnnotations = ["endpoints.kubernetes.io/last-change-trigger-time"];

const objectSchema = v.looseObject({
    apiVersion: v.string(),
    kind: v.string(),
    metadata: v.looseObject({
        name: v.string(),
        namespace: v.optional(v.string(), ""),
        uid: v.string(),
        annotations: v.optional(v.record(v.string(), v.string()), {}),
    }),
});

const listSchema = v.object({ items: v.array(objectSchema) });

/** The objects of a cluster, each by its kind, namespace and name, as it would be compared. */
export type AllObjects = Readonly<Record<string, unknown>>;

/**
 * Reads the objects of all resources that a cluster's API lists, with their UIDs and without their status.
 *
 * @param kubectl runs kubectl on the cluster
 */
export async function allObjects(kubectl: (...args: string[]) => Promise<string>): Promise<AllObjects> {
    const resources = (await kubectl("api-resources", "--verbs=list", "--output=name"))
        .split("\n")
        .filter((name) => !restless.includes(name));
    const json = await kubectl("get", resources.join(), "--all-namespaces", "--output=json");
    const { items } = v.parse(listSchema, JSON.parse(json));
    return Object.fromEntries(
        items.map((item) => {
            const { apiVersion, kind, metadata } = item;
            const annotations = without(metadata.annotations, restlessAnnotations);
            const kept = { ...without(metadata, restlessFields), annotations };
            return [
                `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`,
                { ...without(item, ["status"]), metadata: kept },
            ];
        }),
    );
}

function without(
    object: Readonly<Record<string, unknown>>,
    names: readonly string[],
): Record<string, unknown> {
    return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
