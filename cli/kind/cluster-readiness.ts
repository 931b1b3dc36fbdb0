import * as v from "valibot";

const metadata = v.object({
    name: v.string(),
    namespace: v.optional(v.string(), ""),
    labels: v.optional(v.record(v.string(), v.string()), {}),
    annotations: v.optional(v.record(v.string(), v.string()), {}),
});

const conditions = v.optional(v.array(v.object({ type: v.string(), status: v.string() })), []);

const containerStatuses = v.optional(
    v.array(v.object({ state: v.object({ running: v.optional(v.object({ startedAt: v.string() })) }) })),
    [],
);

const item = v.object({
    kind: v.string(),
    metadata,
    spec: v.optional(v.object({ restartPolicy: v.optional(v.string()) }), {}),
    status: v.optional(v.object({ conditions, containerStatuses }), {
        conditions: [],
        containerStatuses: [],
    }),
});

type Item = v.InferOutput<typeof item>;

const listing = v.object({ items: v.array(item) });

/** How far a cluster has come. */
export interface ClusterReadiness {
    /** What isn't ready, each as it completes "waiting for …"; empty when the cluster can take an application. */
    readonly missing: readonly string[];
    /** Whether the cluster was made from this project's `kind-cluster.yaml`. */
    readonly ours: boolean;
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** The namespaces of what comes with a cluster. Deployments elsewhere are none of its readiness. */
const systemNamespaces = ["kube-system", "local-path-storage"];

function holds({ status }: Item, type: string): boolean {
    return status.conditions.some((condition) => condition.type === type && condition.status === "True");
}

/** Whether a pod's containers all run since that time, in milliseconds since the epoch. */
function runsSince({ status: { containerStatuses } }: Item, time: number): boolean {
    // Kubernetes tells whole seconds.
    const earliest = Math.floor(time / 1000) * 1000;
    return (
        containerStatuses.length > 0 &&
        containerStatuses.every(({ state }) => Date.parse(state.running?.startedAt ?? "") >= earliest)
    );
}

/**
 * Reads the readiness of a cluster from `kubectl get nodes,storageclasses,deployments --all-namespaces -o json`: all
 * nodes are Ready, the cluster's DNS answers, and there is storage to be had without naming a class.
 *
 * @param restarted When its nodes were started again, in milliseconds since the epoch. What the cluster says of itself
 * is from before then until its own pods (`pods` in the query) run anew.
 */
export function clusterReadiness(json: string, restarted?: number): ClusterReadiness {
    const { items } = v.parse(listing, JSON.parse(json));
    const nodes = items.filter(({ kind }) => kind === "Node");
    const inSystem = items.filter(({ metadata: { namespace } }) => systemNamespaces.includes(namespace));
    const system = inSystem.filter(({ kind }) => kind === "Deployment");
    const stale =
        restarted === undefined
            ? []
            : inSystem.filter(
                  (pod) =>
                      pod.kind === "Pod" &&
                      pod.spec.restartPolicy === "Always" &&
                      !(runsSince(pod, restarted) && holds(pod, "Ready")),
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
            ...stale.map(({ metadata: { namespace, name } }) => `pod ${namespace}/${name}`),
            ...(classes.length === 0 ? ["a default StorageClass"] : []),
        ],
        ours: nodes.some((node) => node.metadata.labels["multitier/cluster"] === "own"),
    };
}
