import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, type KubernetesObject, type V1Pod } from "@kubernetes/client-node";

import { apiMessage, type KubernetesClient } from "../kubernetes/client.ts";
import { undefinedIfMissing } from "../kubernetes/objects.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Report } from "../terminal/steps.ts";
import type { ContainerRef } from "./pod-exec.ts";
import {
    isolation,
    longestLife,
    ownLabels,
    plainContainer,
    probeJob,
    probeNamespace,
    probePolicies,
    roleLabel,
    runLabel,
    type Owner,
    type ProbeContainers,
    type Role,
} from "./probe-manifests.ts";
import { removeProbes, spawnProbeCleanup } from "./remove-probes.ts";
import type { Declared } from "./subject.ts";

/** The longest time until the probe pods run, in ms; their images are in the cluster already. */
const patience = 90_000;

/** The probe pods of one run. */
export interface Probes {
    /** The container of a pod that only connects. */
    readonly plain: (role: Role) => ContainerRef;
    /** The insider's container with a tier's own client program and passwords. */
    readonly client: (tier: string) => ContainerRef;
    /** The IP of the insider's pod. */
    readonly insiderIp: string;
    readonly remove: () => Promise<void>;
}

/**
 * Creates the pods that the checks run in, and the policies that let them connect. All of it is gone after at most
 * {@link longestLife} s, even if this process is killed; another process or the next run then removes the namespace.
 *
 * @throws CommandFailure if they don't run in time
 */
export async function createProbes(
    client: KubernetesClient,
    { namespace, tiers }: Declared,
    containers: ProbeContainers,
    report: Report,
    signal: AbortSignal,
): Promise<Probes> {
    await removeFormer(client, report);
    const run = randomBytes(3).toString("hex");
    const other = probeNamespace(namespace, run);
    const otherName = other.metadata.name;
    const created = { run, namespace, ownNamespace: otherName };
    spawnProbeCleanup(client, created);
    const remove = async (): Promise<void> => {
        await removeProbes(client, created);
    };
    const create = async (where: string, role: Role): Promise<KubernetesObject> =>
        await client.objects.create(probeJob(where, run, role, containers));
    const inApplication = async (): Promise<void> => {
        const insider = await create(namespace, "insider");
        await Promise.all([
            create(namespace, "stranger"),
            ...probePolicies(namespace, run, tiers, ownerOf(insider)).map((policy) =>
                client.objects.create(policy),
            ),
        ]);
    };
    const elsewhere = async (): Promise<void> => {
        await client.objects.create(other);
        const isolated = await create(otherName, "isolated");
        await Promise.all([
            create(otherName, "outsider"),
            client.objects.create(isolation(otherName, run, ownerOf(isolated))),
        ]);
    };
    try {
        // Both must have ended before their objects are removed.
        const parts = await Promise.allSettled([inApplication(), elsewhere()]);
        for (const part of parts) {
            if (part.status === "rejected") {
                throw part.reason;
            }
        }
        const pods = await Promise.all([
            waitForPods(client, namespace, run, ["insider", "stranger"], signal),
            waitForPods(client, otherName, run, ["isolated", "outsider"], signal),
        ]);
        return probesOf(pods.flat(), remove);
    } catch (error) {
        await remove();
        throw error instanceof ApiException
            ? new CommandFailure(`The probe pods can't be created: ${apiMessage(error)}`, "", {
                  cause: error,
              })
            : error;
    }
}

function probesOf(pods: readonly V1Pod[], remove: () => Promise<void>): Probes {
    const podOf = (role: Role): V1Pod => {
        const pod = pods.find(({ metadata }) => metadata?.labels?.[roleLabel] === role);
        if (pod === undefined) {
            throw new Error(`There is no probe pod ${role}.`);
        }
        return pod;
    };
    const containerOf = (role: Role, container: string): ContainerRef => {
        const { metadata } = podOf(role);
        return { namespace: metadata?.namespace ?? "", pod: metadata?.name ?? "", container };
    };
    return {
        plain: (role) => containerOf(role, plainContainer),
        client: (tier) => containerOf("insider", tier),
        insiderIp: podOf("insider").status?.podIP ?? "",
        remove,
    };
}

async function waitForPods(
    client: KubernetesClient,
    namespace: string,
    run: string,
    roles: readonly Role[],
    signal: AbortSignal,
): Promise<V1Pod[]> {
    const deadline = performance.now() + patience;
    for (;;) {
        const { items } = await client.core.listNamespacedPod({
            namespace,
            labelSelector: `${runLabel}=${run}`,
        });
        const running = items.filter(({ status }) => status?.phase === "Running");
        if (running.length === roles.length) {
            return running;
        }
        if (performance.now() > deadline) {
            throw new CommandFailure(
                `The probe pods in ${namespace} don't run after ${patience / 1000} s: ${whyNot(items)}`,
            );
        }
        await sleep(300, undefined, { signal });
    }
}

function whyNot(pods: readonly V1Pod[]): string {
    if (pods.length === 0) {
        return "none was created; a ResourceQuota or an admission policy may forbid it";
    }
    const reasons = pods.flatMap(({ metadata, status }) => {
        const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting !== undefined)?.state
            ?.waiting;
        const condition = status?.conditions?.find(({ status }) => status === "False");
        const reason = waiting?.message ?? waiting?.reason ?? condition?.message;
        return status?.phase === "Running" ? [] : [`${metadata?.name ?? ""}: ${reason ?? "no reason given"}`];
    });
    return reasons.join("; ");
}

/** Removes the namespaces of runs that were killed; the rest of them has ended by itself. */
async function removeFormer({ core }: KubernetesClient, report: Report): Promise<void> {
    const labelSelector = Object.entries(ownLabels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
    const { items } = await core.listNamespace({ labelSelector });
    for (const { metadata } of items) {
        const age = Date.now() - (metadata?.creationTimestamp?.getTime() ?? Date.now());
        if (age > longestLife * 1000 && metadata?.deletionTimestamp === undefined) {
            report(`removing ${metadata?.name ?? ""}, which a killed run left behind`);
            await undefinedIfMissing(core.deleteNamespace({ name: metadata?.name ?? "" }));
        }
    }
}

function ownerOf({ metadata }: KubernetesObject): Owner {
    return { apiVersion: "batch/v1", kind: "Job", name: metadata?.name ?? "", uid: metadata?.uid ?? "" };
}
