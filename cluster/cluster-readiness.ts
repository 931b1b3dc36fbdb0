import * as v from "valibot";

const metadata = v.object({
    name: v.string(),
    namespace: v.optional(v.string(), ""),
    labels: v.optional(v.record(v.string(), v.string()), {}),
    annotations: v.optional(v.record(v.string(), v.string()), {}),
});

const conditions = v.optional(v.array(v.object({ type: v.string(), status: v.string() })), []);

const listing = v.object({
    items: v.array(
        v.object({
            kind: v.string(),
            metadata,
            status: v.optional(v.object({ conditions }), { conditions: [] }),
        }),
    ),
});

/** How far a cluster has come. */
export interface ClusterReadiness {
    /** What isn't ready, each as it completes "waiting for …"; empty when the cluster can take an application. */
    readonly missing: readonly string[];
    /** Whether the cluster was made from this project's `kind-cluster.yaml`. */
    readonly ours: boolean;
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/**
 * Reads the readiness of a cluster from `kubectl get nodes,storageclasses,deployments --all-namespaces -o json`: all
 * nodes are Ready, the cluster's DNS answers, and there is storage to be had without naming a class.
 */
export function clusterReadiness(json: string): ClusterReadiness {
    const { items } = v.parse(listing, JSON.parse(json));
    const holds = (item: (typeof items)[number], type: string): boolean =>
        item.status.conditions.some((condition) => condition.type === type && condition.status === "True");
    const nodes = items.filter(({ kind }) => kind === "Node");
    // Whatever runs in these namespaces came with the cluster; other Deployments are none of its readiness.
    const system = items.filter(
        ({ kind, metadata: { namespace } }) =>
            kind === "Deployment" && ["kube-system", "local-path-storage"].includes(namespace),
    );
    const classes = items.filter(
        ({ kind, metadata: { annotations } }) =>
            kind === "StorageClass" && annotations[defaultClass] === "true",
    );
    return {
        missing: [
            ...(nodes.length === 0 ? ["a node"] : []),
            ...nodes.filter((node) => !holds(node, "Ready")).map((node) => `node ${node.metadata.name}`),
            ...(system.some((item) => item.metadata.name === "coredns")
                ? []
                : ["Deployment kube-system/coredns"]),
            ...system
                .filter((item) => !holds(item, "Available"))
                .map(({ metadata: { namespace, name } }) => `Deployment ${namespace}/${name}`),
            ...(classes.length === 0 ? ["a default StorageClass"] : []),
        ],
        ours: nodes.some((node) => node.metadata.labels["multitier/cluster"] === "own"),
    };
}
