import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, type KubernetesObject, type V1Pod } from "@kubernetes/client-node";

import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Talk } from "../terminal/steps.ts";
import { removeAfterOurEnd } from "./last-resort.ts";
import type { Place } from "./pod-exec.ts";
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
import { ignoreMissing, removeProbes } from "./remove-probes.ts";
import type { DeclaredTier } from "./subject.ts";

/** How long the probe pods may take to run, in ms; their images are in the cluster already. */
const patience = 90_000;

/** The probe pods of one run. */
export interface Probes {
    readonly run: string;
    /** A container that only connects. */
    readonly place: (role: Role) => Place;
    /** The insider's container with a tier's own client program and passwords. */
    readonly client: (tier: string) => Place;
    /** The IP of the insider's pod. */
    readonly insiderIp: string;
    readonly remove: () => Promise<void>;
}

/**
 * Makes the pods from which is checked, and what lets them do it. All of it is gone after at most
 * {@link longestLife} s, also if this process is killed; the namespace goes then by another process, or the next run.
 *
 * @throws CommandFailure if they don't come to run
 */
export async function createProbes(
    client: KubernetesClient,
    namespace: string,
    tiers: readonly DeclaredTier[],
    containers: ProbeContainers,
    talk: Talk,
    signal: AbortSignal,
): Promise<Probes> {
    await removeFormer(client, talk);
    const run = randomBytes(3).toString("hex");
    const other = probeNamespace(namespace, run);
    const otherName = other.metadata.name;
    const made = { run, namespace, ownNamespace: otherName };
    const remove = async (): Promise<void> => {
        await removeProbes(client, made);
    };
    removeAfterOurEnd(client, made);
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
        // Both ends before what was made is removed again.
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
        return probesOf(run, pods.flat(), remove);
    } catch (error) {
        await remove();
        throw error instanceof ApiException
            ? new CommandFailure(`The probe pods can't be made: ${apiMessage(error)}`, "", { cause: error })
            : error;
    }
}

function probesOf(run: string, pods: readonly V1Pod[], remove: () => Promise<void>): Probes {
    const podOf = (role: Role): V1Pod => {
        const pod = pods.find(({ metadata }) => metadata?.labels?.[roleLabel] === role);
        if (pod === undefined) {
            throw new Error(`There is no probe pod ${role}.`);
        }
        return pod;
    };
    const placeIn = (role: Role, container: string): Place => {
        const { metadata } = podOf(role);
        return { namespace: metadata?.namespace ?? "", pod: metadata?.name ?? "", container };
    };
    return {
        run,
        place: (role) => placeIn(role, plainContainer),
        client: (tier) => placeIn("insider", tier),
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

/** Removes the namespaces of runs that were killed; all else of theirs is gone by itself. */
async function removeFormer({ core }: KubernetesClient, talk: Talk): Promise<void> {
    const labelSelector = Object.entries(ownLabels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
    const { items } = await core.listNamespace({ labelSelector });
    for (const { metadata } of items) {
        const age = Date.now() - (metadata?.creationTimestamp?.getTime() ?? Date.now());
        if (age > longestLife * 1000 && metadata?.deletionTimestamp === undefined) {
            talk.report(`removing ${metadata?.name ?? ""}, which a killed run left behind`);
            await ignoreMissing(core.deleteNamespace({ name: metadata?.name ?? "" }));
        }
    }
}

function ownerOf({ metadata }: KubernetesObject): Owner {
    return { apiVersion: "batch/v1", kind: "Job", name: metadata?.name ?? "", uid: metadata?.uid ?? "" };
}

/** What the API server says, without the headers that the client adds. */
function apiMessage(error: ApiException<unknown>): string {
    const body: unknown = error.body;
    const status: unknown = typeof body === "string" ? parsed(body) : body;
    return typeof status === "object" && status !== null && "message" in status
        ? String(status.message)
        : messageOf(error);
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
