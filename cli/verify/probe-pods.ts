import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, type KubernetesObject, type V1PodStatus } from "@kubernetes/client-node";

import { apiMessage, type KubernetesClient } from "../kubernetes/client.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import type { ContainerRef } from "./pod-exec.ts";
import {
    longestLife,
    ownLabel,
    plainContainer,
    probeAccount,
    probeNamespace,
    probePod,
    probePolicies,
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
    readonly remove: () => Promise<void>;
}

/**
 * Creates the pods that the checks run in, and the policies that let them connect. The pods end after
 * {@link longestLife} s, even if this process is killed; another process or the next run then removes all of it.
 *
 * @throws CommandFailure if they don't run in time
 */
export async function createProbes(
    client: KubernetesClient,
    { namespace, tiers }: Declared,
    containers: ProbeContainers,
    report: ReportProgress,
    signal: AbortSignal,
): Promise<Probes> {
    await removeFormer(client, report);
    const run = randomBytes(3).toString("hex");
    const own = probeNamespace(namespace, run);
    const { name } = own.metadata;
    const remove = async (): Promise<void> => {
        await removeProbes(client, name);
    };
    spawnProbeCleanup(client, name);
    try {
        const created: KubernetesObject = await client.objects.create(own);
        const owner = { run, name, uid: created.metadata?.uid ?? "" };
        await client.objects.create(probeAccount(owner));
        const pods = {
            insider: probePod(namespace, "insider", containers, owner),
            stranger: probePod(namespace, "stranger", containers, owner),
            outsider: probePod(name, "outsider", containers, owner),
            isolated: probePod(name, "isolated", containers, owner),
        };
        const policies = probePolicies(
            namespace,
            tiers.map((tier) => tier.name),
            owner,
        );
        await Promise.all([...policies, ...Object.values(pods)].map((each) => client.objects.create(each)));
        const containerOf = (role: Role, container: string): ContainerRef => {
            const { metadata } = pods[role];
            return { namespace: metadata.namespace, pod: metadata.name, container };
        };
        const plain = (role: Role): ContainerRef => containerOf(role, plainContainer);
        const roles = ["insider", "stranger", "outsider", "isolated"] as const;
        await Promise.all(roles.map((role) => waitUntilRunning(client, plain(role), signal)));
        return { plain, client: (tier) => containerOf("insider", tier), remove };
    } catch (error) {
        await remove();
        throw error instanceof ApiException
            ? new CommandFailure(`The probe pods can't be created: ${apiMessage(error)}`, "", {
                  cause: error,
              })
            : error;
    }
}

async function waitUntilRunning(
    { core }: KubernetesClient,
    { namespace, pod }: ContainerRef,
    signal: AbortSignal,
): Promise<void> {
    const deadline = performance.now() + patience;
    for (;;) {
        const { status } = await core.readNamespacedPod({ namespace, name: pod });
        if (status?.phase === "Running") {
            return;
        }
        if (performance.now() > deadline) {
            throw new CommandFailure(
                `The probe pod ${pod} in ${namespace} doesn't run after ${patience / 1000} s: ${whyNot(status)}`,
            );
        }
        await sleep(300, undefined, { signal });
    }
}

function whyNot(status: V1PodStatus | undefined): string {
    const states = (status?.containerStatuses ?? []).map(({ state }) => state?.waiting);
    const waiting = states.find((state) => state !== undefined);
    const condition = status?.conditions?.find(({ status }) => status === "False");
    return waiting?.message ?? waiting?.reason ?? condition?.message ?? "no reason given";
}

/** Removes what runs that were killed have left; their pods have ended by themselves. */
async function removeFormer(client: KubernetesClient, report: ReportProgress): Promise<void> {
    const labelSelector = `${ownLabel.key}=${ownLabel.value}`;
    const { items } = await client.core.listNamespace({ labelSelector });
    for (const { metadata } of items) {
        const name = metadata?.name ?? "";
        const age = Date.now() - (metadata?.creationTimestamp?.getTime() ?? Date.now());
        if (age > longestLife * 1000 && metadata?.deletionTimestamp === undefined) {
            report(`removing ${name}, which a killed run left behind`);
            await removeProbes(client, name);
        }
    }
}
