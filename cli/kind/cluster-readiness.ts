import { setTimeout as sleep } from "node:timers/promises";

import { withPatience, type KubernetesClient } from "../kubernetes/client.ts";
import type { LiveObject } from "../kubernetes/live-object.ts";
import { messageOf } from "../terminal/failure.ts";
import { firstFew } from "../terminal/text.ts";
import { ClusterError, type ClusterOptions } from "./cluster.ts";

/** A cluster's progress towards taking an application. */
export interface ClusterReadiness {
    /** The parts that aren't ready, each as it completes "waiting for …"; empty when none is left. */
    readonly missing: readonly string[];
    /** True if the cluster was made from this project's `kind-cluster.yaml`. */
    readonly ours: boolean;
}

type Conditions = readonly { readonly type: string; readonly status: string }[];

/** A Deployment, by what it says of itself. */
interface LiveStatus extends LiveObject {
    readonly status?: { readonly conditions?: Conditions };
}

interface LiveNode extends LiveObject {
    readonly status?: {
        readonly conditions?: Conditions;
        /** Those that take the most room. */
        readonly images?: readonly { readonly names?: readonly string[] }[];
    };
}

interface LivePod extends LiveObject {
    readonly spec?: { readonly restartPolicy?: string };
    readonly status?: {
        readonly conditions?: Conditions;
        readonly containerStatuses?: readonly {
            readonly state?: { readonly running?: { readonly startedAt?: Date } };
        }[];
    };
}

/** The objects by which a cluster's readiness is told. */
export interface ClusterObjects {
    readonly nodes: readonly LiveNode[];
    readonly storageClasses: readonly LiveObject[];
    readonly deployments: readonly LiveStatus[];
    readonly pods: readonly LivePod[];
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/** The namespaces of what comes with a cluster. What is elsewhere is none of its readiness. */
const systemNamespaces = ["kube-system", "local-path-storage"];

/** Limit from the API server's first answer, or a restart, until the cluster is ready, in ms. */
const readyTimeout = 180_000;

/** Interval of the requests for readiness, in ms. */
const readyInterval = 500;

function holds(conditions: Conditions | undefined, type: string): boolean {
    return conditions?.some((condition) => condition.type === type && condition.status === "True") === true;
}

function fullName({ metadata }: LiveObject): string {
    return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

/** True if a pod that is to run for ever does, with all containers started since a time, in ms since the epoch. */
function runsSince({ spec, status }: LivePod, time: number): boolean {
    if (spec?.restartPolicy !== "Always") {
        return true;
    }
    // Kubernetes tells whole seconds.
    const earliest = Math.floor(time / 1000) * 1000;
    const containers = status?.containerStatuses ?? [];
    return (
        containers.length > 0 &&
        containers.every(({ state }) => (state?.running?.startedAt?.getTime() ?? 0) >= earliest) &&
        holds(status?.conditions, "Ready")
    );
}

/**
 * Judges a cluster's readiness: all nodes are Ready, the cluster's DNS answers, and a claim gets storage without naming
 * a class.
 *
 * @param restarted When its nodes were started again, in ms since the epoch. What the cluster says of itself is from
 * before then until its own pods run again.
 */
export function clusterReadiness(objects: ClusterObjects, restarted?: number): ClusterReadiness {
    const { nodes, storageClasses } = objects;
    const inSystem = ({ metadata }: LiveObject): boolean =>
        systemNamespaces.includes(metadata?.namespace ?? "");
    const deployments = objects.deployments.filter(inSystem);
    const pods = restarted === undefined ? [] : objects.pods.filter(inSystem);
    const dns = deployments.some(({ metadata }) => metadata?.name === "coredns");
    const storage = storageClasses.some(({ metadata }) => metadata?.annotations?.[defaultClass] === "true");
    return {
        missing: [
            ...(nodes.length === 0 ? ["a node"] : []),
            ...nodes
                .filter(({ status }) => !holds(status?.conditions, "Ready"))
                .map(({ metadata }) => `node ${metadata?.name ?? ""}`),
            ...(dns ? [] : ["Deployment kube-system/coredns"]),
            ...deployments
                .filter(({ status }) => !holds(status?.conditions, "Available"))
                .map((deployment) => `Deployment ${fullName(deployment)}`),
            ...pods.filter((pod) => !runsSince(pod, restarted ?? 0)).map((pod) => `pod ${fullName(pod)}`),
            ...(storage ? [] : ["a default StorageClass"]),
        ],
        ours: nodes.some(({ metadata }) => metadata?.labels?.["multitier/cluster"] === "own"),
    };
}

/**
 * Waits until a cluster is ready.
 *
 * @param restarted as in {@link clusterReadiness}
 * @throws ClusterError if it isn't in time, with what is still missing
 */
export async function waitUntilReady(
    client: KubernetesClient,
    { name, kubeconfig, report, signal }: Pick<ClusterOptions, "name" | "kubeconfig" | "report" | "signal">,
    restarted?: number,
): Promise<ClusterReadiness> {
    const deadline = performance.now() + readyTimeout;
    let reported = "";
    for (;;) {
        let cause: unknown;
        const readiness = await listObjects(client, { pods: restarted !== undefined, signal }).then(
            (objects) => clusterReadiness(objects, restarted),
            (error: unknown) => {
                signal?.throwIfAborted();
                cause = error;
                return { missing: ["the API server"], ours: false };
            },
        );
        if (readiness.missing.length === 0) {
            return readiness;
        }
        const missing = firstFew(readiness.missing, 3);
        if (performance.now() > deadline) {
            const said = cause === undefined ? "" : ` (${messageOf(cause).split("\n", 1)[0] ?? ""})`;
            throw new ClusterError(
                `The cluster ${name} isn't ready after ${readyTimeout / 1000} s: still waiting for ${missing}${said}.`,
                `To see why: kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces\n` +
                    `To start over: kind delete cluster --name ${name}, and run this again.`,
                { cause },
            );
        }
        if (missing !== reported) {
            report(`waiting for ${missing}`);
            reported = missing;
        }
        await sleep(readyInterval, undefined, signal === undefined ? {} : { signal });
    }
}

/**
 * Lists the objects by which a cluster's readiness is told.
 *
 * @param asked.pods whether the pods are listed, too
 * @throws Error if it doesn't answer in time
 */
export async function listObjects(
    { core, apps, storage }: KubernetesClient,
    { pods: withPods, ...limits }: { readonly pods: boolean } & Parameters<typeof withPatience>[1],
): Promise<ClusterObjects> {
    const [nodes, storageClasses, deployments, pods] = await withPatience(
        Promise.all([
            core.listNode(),
            storage.listStorageClass(),
            apps.listDeploymentForAllNamespaces(),
            withPods ? core.listPodForAllNamespaces() : { items: [] },
        ]),
        limits,
    );
    return {
        nodes: nodes.items,
        storageClasses: storageClasses.items,
        deployments: deployments.items,
        pods: pods.items,
    };
}
