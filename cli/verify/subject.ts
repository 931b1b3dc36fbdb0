import type { V1Deployment, V1Pod, V1Service } from "@kubernetes/client-node";
import * as v from "valibot";

import { tierLabel } from "../../components/labels.ts";
import type { Protocol } from "../../components/topology.ts";
import { isReady } from "../explain/pod-status.ts";
import { isForbidden, type KubernetesClient } from "../kubernetes/client.ts";
import { outputsSchema, type StackTopology } from "../session/outputs.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { ContainerRef } from "./pod-exec.ts";

/** A tier as its stack declares it. */
export interface DeclaredTier {
    readonly name: string;
    readonly protocol: Protocol;
    readonly port: number;
    readonly qualifiedName: string;
    readonly fqdn: string;
    /** The database that a MySQL tier serves. */
    readonly database?: string;
}

/** A stack as its outputs declare it. */
export interface Declared {
    /** undefined without an Ingress. */
    readonly url: string | undefined;
    readonly namespace: string;
    readonly tiers: readonly DeclaredTier[];
    readonly topology: StackTopology;
}

/**
 * Reads a stack's outputs.
 *
 * @throws CommandFailure if the program doesn't export the subject of the checks
 */
export function readDeclared(outputs: Readonly<Record<string, unknown>>): Declared {
    const parsed = v.safeParse(v.required(outputsSchema, ["topology"]), outputs);
    if (!parsed.success) {
        throw new CommandFailure(
            "The stack does not export what verify checks: namespace, services and topology.",
            "Bring it up with the present program first: npm run up. A program of your own exports " +
                "namespace, services and topology of its Application.",
        );
    }
    const { url, namespace, services, topology } = parsed.output;
    const tiers = Object.entries(topology.tiers).map(([name, { protocol, database }]): DeclaredTier => {
        const service = services[name];
        if (service === undefined) {
            throw new CommandFailure(`The stack's topology has the tier ${name}, but its services do not.`);
        }
        const { port, qualifiedName, fqdn } = service;
        return { name, protocol, port, qualifiedName, fqdn, ...(database !== undefined && { database }) };
    });
    return { url, namespace, tiers, topology };
}

/** The level of the Pod Security Standards that is enforced in a namespace, as far as its label says it. */
export async function podSecurityLevel({ core }: KubernetesClient, namespace: string): Promise<string> {
    try {
        const { metadata } = await core.readNamespace({ name: namespace });
        return (
            metadata?.labels?.["pod-security.kubernetes.io/enforce"] ?? "none, as the namespace has no label"
        );
    } catch (error) {
        if (isForbidden(error)) {
            return "not known, as you may not read the namespace";
        }
        throw error;
    }
}

/** Tells a connection that a tier has declared. */
export function isDeclared({ tiers }: StackTopology, from: string, to: string): boolean {
    return tiers[from]?.connectsTo.includes(to) ?? false;
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

/** The main container of a tier's pod. */
export function mainContainer({ metadata, spec }: V1Pod): ContainerRef {
    return {
        namespace: metadata?.namespace ?? "",
        pod: metadata?.name ?? "",
        container: spec?.containers[0]?.name ?? "",
    };
}

/** The main container of a tier's pod that runs, of a ready one first; undefined if none runs. */
export function runningContainer({ pods }: LiveTier): ContainerRef | undefined {
    const running = pods.filter(({ status }) => status?.phase === "Running");
    const pod = running.find(isReady) ?? running[0];
    return pod === undefined ? undefined : mainContainer(pod);
}
