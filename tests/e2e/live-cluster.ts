import { existsSync } from "node:fs";
import { AppsV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { execa } from "execa";
import * as v from "valibot";

import { tryRun } from "../../cli/process/run.ts";
import type { ContainerEngine } from "../../cli/container-engine/engine.ts";
import { deleteCluster } from "../../cli/kind/kind.ts";
import { tierLabel } from "../../components/labels.ts";
import { connect, type KubernetesClient } from "../../cli/kubernetes/client.ts";
import { ownClusterOf } from "../../cli/kind/kind-context.ts";
import { supplyFor } from "../../cli/supply/supply.ts";
import { toolEnvironment } from "../../cli/tools/tools.ts";
import { eventually } from "./eventually.ts";
import { cluster } from "./options.ts";

/** The namespace of the stack `dev`. */
export const namespace = "shop";

/** The tiers, each with its Deployment. */
export const tiers = ["client", "server", "worker", "redis", "mysql"] as const;

export type TierName = (typeof tiers)[number];

/** The kinds of objects that a stack creates in its namespace. */
const kinds = [
    "deployments",
    "services",
    "secrets",
    "configmaps",
    "serviceaccounts",
    "networkpolicies",
    "persistentvolumeclaims",
    "ingresses",
    "poddisruptionbudgets",
    "horizontalpodautoscalers",
];

/** Number of the latest warnings that are shown after a failure. */
const shownWarnings = 10;

/** The kubeconfig that `up` wrote. */
export function kubeconfig(): string {
    const own = ownClusterOf(cluster.context);
    if (own === undefined) {
        throw new Error(`${cluster.context} is no context of the project's own any more.`);
    }
    return own.kubeconfig;
}

/** The API of the suite's cluster. */
export function api(): KubernetesClient {
    return connect(kubeconfig(), cluster.context);
}

/** The tools that `up` uses, and the environment with which the CLI is run. */
export interface Tools {
    readonly pulumi: string;
    readonly kind: string;
    readonly environment: Readonly<Record<string, string>>;
}

const supply = supplyFor({ offline: false });

/** Nobody looks on where the suite gets a tool. */
const quietly = { report: () => undefined, confirm: () => Promise.resolve(true) };

/** The tools that `up` uses. */
export async function tools(): Promise<Tools> {
    const [pulumi, kind] = [await supply.tool("pulumi", quietly), await supply.tool("kind", quietly)];
    return { pulumi, kind, environment: toolEnvironment(pulumi) };
}

/** The path of the kubectl that the labs use. */
export async function kubectlFile(): Promise<string> {
    return await supply.tool("kubectl", quietly);
}

/** The container engine that `up` uses. */
export async function engine(): Promise<ContainerEngine> {
    return await supply.engine(quietly);
}

/** Runs kubectl on the suite's cluster and returns what it writes. */
export async function kubectl(...args: string[]): Promise<string> {
    const target = ["--kubeconfig", kubeconfig(), "--context", cluster.context];
    return (await execa(await kubectlFile(), [...target, ...args], { stdin: "ignore" })).stdout;
}

/** Runs a shell script in the cluster's node and returns what it writes. */
export async function inNode(script: string): Promise<string> {
    const { command, environment } = await engine();
    const args = ["exec", `${cluster.name}-control-plane`, "sh", "-c", script];
    return (await execa(command, args, { env: environment })).stdout;
}

/** Changes the Deployment of a tier behind the back of the commands, by a JSON patch. */
export async function patchDeployment(tier: TierName, operations: readonly object[]): Promise<void> {
    const name = await kubectl(
        ...["get", "deployments", "-n", namespace, "-l", `${tierLabel}=${tier}`, "-o", "name"],
    );
    await kubectl("patch", name, "-n", namespace, "--type=json", "-p", JSON.stringify(operations));
}

/** Runs a program in a pod of a tier. */
export async function runIn(tier: TierName, ...command: string[]): Promise<string> {
    const [pod] = await podsOf(tier);
    return await kubectl("exec", "--namespace", namespace, pod?.metadata?.name ?? "", "--", ...command);
}

/** The pods of the application, or of one tier, that aren't ending. */
export async function pods(tier?: TierName): Promise<V1Pod[]> {
    const { items } = await api().core.listNamespacedPod({
        namespace,
        ...(tier !== undefined && { labelSelector: `${tierLabel}=${tier}` }),
    });
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

/** The pods of a tier that aren't ending. */
export async function podsOf(tier: TierName): Promise<V1Pod[]> {
    return await pods(tier);
}

/** The UIDs of each tier's pods, sorted. */
export async function podUids(): Promise<Record<TierName, string[]>> {
    const all = await pods();
    const of = (tier: TierName): string[] =>
        all
            .filter(({ metadata }) => metadata?.labels?.[tierLabel] === tier)
            .map(({ metadata }) => metadata?.uid ?? "")
            .sort();
    return {
        client: of("client"),
        server: of("server"),
        worker: of("worker"),
        redis: of("redis"),
        mysql: of("mysql"),
    };
}

/** The tiers of which no pod is left that there was, and those of which all are. */
export function compareTiers(
    before: Readonly<Record<TierName, readonly string[]>>,
    after: Readonly<Record<TierName, readonly string[]>>,
): { readonly rolled: TierName[]; readonly same: TierName[] } {
    return {
        rolled: tiers.filter((tier) => !before[tier].some((uid) => after[tier].includes(uid))),
        same: tiers.filter((tier) => before[tier].join() === after[tier].join()),
    };
}

/** Waits until all pods of all tiers are Ready, as many as their Deployments want. */
export async function allReady(): Promise<void> {
    await eventually("all tiers to be Ready", 180, async () => {
        const config = new KubeConfig();
        config.loadFromFile(kubeconfig());
        config.setCurrentContext(cluster.context);
        const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace });
        const ready = items.filter(
            ({ spec, status }) =>
                spec?.replicas === status?.readyReplicas && spec?.replicas === status?.replicas,
        );
        return ready.length === tiers.length ? true : undefined;
    });
}

const listSchema = v.object({
    items: v.array(
        v.object({ kind: v.string(), metadata: v.object({ name: v.string(), namespace: v.string() }) }),
    ),
});

/** The objects in the cluster that carry the label of the stack `dev`, each as "Kind namespace/name". */
export async function stackObjects(): Promise<string[]> {
    const selector = "app.kubernetes.io/instance=dev,app.kubernetes.io/managed-by=pulumi";
    const json = await kubectl("get", kinds.join(), "-n", namespace, "-l", selector, "-o", "json");
    return v
        .parse(listSchema, JSON.parse(json))
        .items.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)
        .sort();
}

/** Reports the cluster's state for somebody who looks for why a test failed. */
export async function describeCluster(): Promise<string> {
    if (!existsSync(kubeconfig())) {
        return "There is no cluster.";
    }
    const pods = await kubectl("get", "pods", "--namespace", namespace);
    const warnings = await kubectl(
        ...["get", "events", "--namespace", namespace, "--field-selector=type=Warning"],
        ...["--sort-by=.lastTimestamp", "--no-headers"],
    );
    return [pods, "", ...warnings.split("\n").slice(-shownWarnings)].join("\n");
}

/** Deletes the cluster behind the back of the commands. */
export async function deleteOwnCluster(): Promise<void> {
    const { kind } = await tools();
    await deleteCluster({
        name: cluster.name,
        kubeconfig: kubeconfig(),
        tools: { kind },
        engine: await engine(),
        report: () => undefined,
    });
}

/**
 * Removes the cluster that a killed run of the suite has left. Where there is none, nothing is provided for removing it:
 * that is for the first `up` to show.
 */
export async function removeLeftCluster(): Promise<void> {
    for (const engineCommand of ["docker", "podman"]) {
        const names = await tryRun(engineCommand, ["ps", "--all", "--format", "{{.Names}}"]);
        if (names?.split("\n").includes(`${cluster.name}-control-plane`) === true) {
            // With the settings that it was made with: podman doesn't find its network without them, and leaves a
            // rule behind that leads the port to an address where nothing is.
            await deleteOwnCluster();
        }
    }
}

/** True if the engine has a container of the cluster, running or not. */
export async function nodeExists(): Promise<boolean> {
    const { command, environment } = await engine();
    const { stdout } = await execa(command, ["ps", "--all", "--format", "{{.Names}}"], { env: environment });
    return stdout.split("\n").some((name) => name.startsWith(`${cluster.name}-`));
}
