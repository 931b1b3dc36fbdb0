import * as v from "valibot";
import type { V1Deployment, V1Pod, V1Service } from "@kubernetes/client-node";

import type { Protocol, Topology } from "../../components/topology.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Place } from "./pod-exec.ts";
import { readTopology } from "./topology.ts";

const outputsSchema = v.looseObject({
    url: v.optional(v.string()),
    namespace: v.string(),
    services: v.record(
        v.string(),
        v.object({
            name: v.string(),
            qualifiedName: v.string(),
            fqdn: v.string(),
            port: v.number(),
            endpoint: v.string(),
        }),
    ),
    topology: v.unknown(),
});

/** A tier as its stack declares it. */
export interface DeclaredTier {
    readonly name: string;
    readonly protocol: Protocol;
    readonly port: number;
    readonly qualifiedName: string;
    readonly fqdn: string;
}

/** What a stack says about itself. */
export interface Declared {
    /** undefined without an Ingress. */
    readonly url: string | undefined;
    readonly namespace: string;
    readonly tiers: readonly DeclaredTier[];
    readonly topology: Topology;
}

/**
 * Reads a stack's outputs.
 *
 * @throws CommandFailure if the program exports none of what is to be checked
 */
export function readDeclared(outputs: Readonly<Record<string, unknown>>): Declared {
    const parsed = v.safeParse(outputsSchema, outputs);
    if (!parsed.success) {
        throw new CommandFailure(
            "The stack does not export what is to be checked: namespace, services and topology.",
            "Bring it up with the present program first: npm run up. A program of your own exports " +
                "serviceDirectory(tiers) as services and topologyOf(tiers, ingress) as topology.",
        );
    }
    const { url, namespace, services } = parsed.output;
    const topology = readTopology(parsed.output.topology);
    const tiers = Object.entries(topology.tiers).map(([name, { protocol }]): DeclaredTier => {
        const service = services[name];
        if (service === undefined) {
            throw new CommandFailure(`The stack's topology has the tier ${name}, but its services do not.`);
        }
        const { port, qualifiedName, fqdn } = service;
        return { name, protocol, port, qualifiedName, fqdn };
    });
    return { url, namespace, tiers, topology };
}

/** A tier as it is in the cluster. */
export interface LiveTier extends DeclaredTier {
    readonly service: V1Service | undefined;
    /** undefined or `None` where there is no address to connect to. */
    readonly clusterIp: string | undefined;
    readonly deployment: V1Deployment | undefined;
    /** The pods that are not being deleted. */
    readonly pods: readonly V1Pod[];
}

/** The label that a tier's objects carry (components/labels.ts). */
export const tierLabel = "app.kubernetes.io/name";

/** Reads a stack's tiers from the cluster. */
export async function readTiers(
    { core, apps }: KubernetesClient,
    { namespace, tiers }: Declared,
): Promise<LiveTier[]> {
    const [services, deployments, pods] = await Promise.all([
        core.listNamespacedService({ namespace }),
        apps.listNamespacedDeployment({ namespace }),
        core.listNamespacedPod({ namespace }),
    ]);
    return tiers.map((tier) => {
        const service = services.items.find(({ metadata }) => metadata?.name === tier.name);
        return {
            ...tier,
            service,
            clusterIp: service?.spec?.clusterIP,
            deployment: deployments.items.find(({ metadata }) => metadata?.labels?.[tierLabel] === tier.name),
            pods: pods.items.filter(
                ({ metadata }) =>
                    metadata?.labels?.[tierLabel] === tier.name && metadata.deletionTimestamp === undefined,
            ),
        };
    });
}

/** Whether a pod is ready. */
export function isReady({ status }: V1Pod): boolean {
    return status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** The main container of a tier's pod. */
export function placeOf({ metadata, spec }: V1Pod): Place {
    return {
        namespace: metadata?.namespace ?? "",
        pod: metadata?.name ?? "",
        container: spec?.containers[0]?.name ?? "",
    };
}

/** A pod of a tier in which commands can be run, a ready one first; undefined if there is none. */
export function runningPlace({ pods }: LiveTier): Place | undefined {
    const running = pods.filter(({ status }) => status?.phase === "Running");
    const pod = running.find(isReady) ?? running[0];
    return pod === undefined ? undefined : placeOf(pod);
}
