import type { CoreV1Event, V1Container, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

import { tierLabel } from "../../components/labels.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type {
    ContainerEvidence,
    EventEvidence,
    IngressEvidence,
    PodEvidence,
    TierEvidence,
} from "./evidence.ts";
import { endedLongAgo, isReady, readyEndpoints } from "./pod-status.ts";

/** The number of a container's last lines that are read. */
const lines = 50;

/**
 * Collects the evidence about tiers of a namespace.
 *
 * @param wanted their names; undefined means all that have a Deployment
 */
export async function gatherTiers(
    client: KubernetesClient,
    namespace: string,
    wanted?: readonly string[],
): Promise<TierEvidence[]> {
    const { core, apps, discovery } = client;
    const [deployments, pods, claims, services, slices, events] = await Promise.all([
        apps.listNamespacedDeployment({ namespace }),
        core.listNamespacedPod({ namespace }),
        core.listNamespacedPersistentVolumeClaim({ namespace }),
        core.listNamespacedService({ namespace }),
        discovery.listNamespacedEndpointSlice({ namespace }),
        core.listNamespacedEvent({ namespace }),
    ]);
    const deployed = deployments.items.flatMap(({ metadata }) => metadata?.labels?.[tierLabel] ?? []);
    return await Promise.all(
        (wanted ?? deployed).map(async (tier): Promise<TierEvidence> => {
            const ofTier = (object: { metadata?: { labels?: Record<string, string> } }): boolean =>
                object.metadata?.labels?.[tierLabel] === tier;
            const deployment = deployments.items.find(ofTier);
            const service = services.items.find(({ metadata }) => metadata?.name === tier);
            const own = pods.items.filter(
                (pod) =>
                    ofTier(pod) &&
                    pod.metadata?.deletionTimestamp === undefined &&
                    !endedLongAgo(pod, Date.now()),
            );
            const ownClaims = claims.items.filter(ofTier);
            const failure = deployment?.status?.conditions?.find(
                ({ type, status }) => type === "ReplicaFailure" && status === "True",
            );
            const names = new Set([
                ...own.map(({ metadata }) => `Pod ${metadata?.name ?? ""}`),
                ...ownClaims.map(({ metadata }) => `PersistentVolumeClaim ${metadata?.name ?? ""}`),
                `Deployment ${deployment?.metadata?.name ?? ""}`,
                `Service ${tier}`,
            ]);
            const [port] = service?.spec?.ports ?? [];
            return {
                tier,
                namespace,
                replicas: deployment && (deployment.spec?.replicas ?? 1),
                replicaFailure: failure?.message,
                pods: await Promise.all(own.map((pod) => podEvidence(client, pod))),
                claims: ownClaims.map(({ metadata, spec, status }) => ({
                    name: metadata?.name ?? "",
                    phase: status?.phase ?? "",
                    className: spec?.storageClassName,
                })),
                service: service && {
                    selector: service.spec?.selector ?? {},
                    targetPort: String(port?.targetPort ?? port?.port ?? ""),
                },
                endpoints: slices.items
                    .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === tier)
                    .flatMap(readyEndpoints)
                    .flatMap(({ addresses }) => addresses),
                events: eventsOf(events.items, names),
            };
        }),
    );
}

async function podEvidence(client: KubernetesClient, pod: V1Pod): Promise<PodEvidence> {
    const { metadata, spec, status } = pod;
    const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
    const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const all = [
        ...(spec?.initContainers ?? []).map((container) => ({ container, init: true })),
        ...(spec?.containers ?? []).map((container) => ({ container, init: false })),
    ];
    return {
        name: metadata?.name ?? "",
        phase: status?.phase ?? "",
        ready: isReady(pod),
        labels: metadata?.labels ?? {},
        unschedulable: scheduled?.status === "False" ? (scheduled.message ?? "") : undefined,
        // A pod of a Deployment fails as a whole only when its node ends it: its containers are restarted.
        ended: status?.phase === "Failed" ? status : undefined,
        containers: await Promise.all(
            all.map(({ container, init }) =>
                containerEvidence(
                    client,
                    pod,
                    container,
                    init,
                    statuses.find(({ name }) => name === container.name),
                ),
            ),
        ),
        ports: Object.fromEntries(
            (spec?.containers ?? [])
                .flatMap(({ ports }) => ports ?? [])
                .map(({ name, containerPort }) => [name ?? String(containerPort), containerPort]),
        ),
    };
}

async function containerEvidence(
    client: KubernetesClient,
    pod: V1Pod,
    { name, image, resources }: V1Container,
    init: boolean,
    status: V1ContainerStatus | undefined,
): Promise<ContainerEvidence> {
    const waiting = status?.state?.waiting;
    const terminated = status?.state?.terminated ?? status?.lastState?.terminated;
    const ready = status?.ready ?? false;
    const started = status !== undefined && (terminated !== undefined || status.state?.running !== undefined);
    const log =
        started && !ready ? await lastLines(client, pod, name, status.state?.running === undefined) : [];
    return {
        name,
        init,
        image: image ?? "",
        memoryLimit: resources?.limits?.["memory"] ?? "",
        ready,
        restarts: status?.restartCount ?? 0,
        waiting,
        terminated,
        log: log.length > 0 || ready ? log : linesOf(terminated?.message ?? ""),
    };
}

/** The tiers' pods leave their last lines as the message of their end (components/pod.ts). */
function linesOf(message: string): string[] {
    return message.trim() === "" ? [] : message.trim().split("\n");
}

/** The kubelet's text in place of a log that it has removed already. */
const removed = "unable to retrieve container logs";

async function lastLines(
    { core }: KubernetesClient,
    { metadata }: V1Pod,
    container: string,
    ended: boolean,
): Promise<string[]> {
    const request = {
        name: metadata?.name ?? "",
        namespace: metadata?.namespace ?? "",
        container,
        tailLines: lines,
    };
    for (const previous of ended ? [false, true] : [false]) {
        try {
            const log = (await core.readNamespacedPodLog({ ...request, previous })).trim();
            if (log !== "" && !log.startsWith(removed)) {
                return log.split("\n");
            }
        } catch {
            // There is no log of a container that never ran: then there is nothing to show.
        }
    }
    return [];
}

function eventsOf(events: readonly CoreV1Event[], objects: ReadonlySet<string>): EventEvidence[] {
    return events
        .map((event) => ({ event, time: timeOf(event) }))
        .sort((one, other) => one.time - other.time)
        .map(({ event: { involvedObject, reason, message, type } }) => ({
            object: `${involvedObject.kind ?? ""} ${involvedObject.name ?? ""}`,
            reason: reason ?? "",
            message: message ?? "",
            warning: type === "Warning",
        }))
        .filter(({ object }) => objects.has(object));
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
    return (lastTimestamp ?? eventTime ?? metadata.creationTimestamp)?.getTime() ?? 0;
}

/** Collects the evidence about the Ingresses of a namespace. */
export async function gatherIngresses(
    { networking }: KubernetesClient,
    namespace: string,
): Promise<IngressEvidence[]> {
    const [ingresses, classes] = await Promise.all([
        networking.listNamespacedIngress({ namespace }),
        networking.listIngressClass(),
    ]);
    return ingresses.items.map(({ metadata, spec, status }) => ({
        name: metadata?.name ?? "",
        className: spec?.ingressClassName ?? "",
        classes: classes.items.map((each) => each.metadata?.name ?? ""),
        addresses: (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? ""),
    }));
}
