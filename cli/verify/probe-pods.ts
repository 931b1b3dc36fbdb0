import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, type KubernetesObject, type V1PodStatus } from "@kubernetes/client-node";

import { apiMessage, isForbidden, type KubernetesClient } from "../kubernetes/client.ts";
import { itemsUnlessForbidden } from "../kubernetes/objects.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import type { ContainerRef } from "./pod-exec.ts";
import {
    firstAccount,
    longestLife,
    ownLabel,
    plainContainer,
    probeAccount,
    probeNamespace,
    probePod,
    probePolicies,
    type Manifest,
    type Owner,
    type ProbeContainers,
    type Role,
} from "./probe-manifests.ts";
import { removeProbes, spawnProbeCleanup, type FirstObject } from "./remove-probes.ts";
import type { Declared } from "./subject.ts";

/** The longest time until the probe pods run, in ms; their images are in the cluster already. */
const patience = 90_000;

/** The reason why nothing can be tried from another namespace. */
export interface NoOutsider {
    readonly reason: string;
}

/** The probe pods of one run. */
export interface Probes {
    /** The container of a pod that only connects. */
    readonly plain: (role: Exclude<Role, "outsider">) => ContainerRef;
    /** That of the outsider, or why there is none. */
    readonly outsider: ContainerRef | NoOutsider;
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
    await removeFormer(client, namespace, report);
    const run = randomBytes(3).toString("hex");
    const { first, owner } = await createFirst(client, namespace, run).catch(cannotCreate);
    const remove = async (): Promise<void> => {
        await removeProbes(client, first);
    };
    try {
        const pods = {
            insider: probePod(namespace, "insider", containers, owner),
            stranger: probePod(namespace, "stranger", containers, owner),
            isolated: probePod(owner.home, "isolated", containers, owner),
        };
        const outsider =
            owner.home === namespace ? undefined : probePod(owner.home, "outsider", containers, owner);
        const policies = probePolicies(
            namespace,
            tiers.map((tier) => tier.name),
            owner,
        );
        if (outsider !== undefined) {
            await client.objects.create(probeAccount(owner));
        }
        const all = [...Object.values(pods), ...(outsider === undefined ? [] : [outsider])];
        await Promise.all([...policies, ...all].map((each) => client.objects.create(each)));
        const containerOf = ({ metadata }: Manifest, container = plainContainer): ContainerRef => ({
            namespace: metadata.namespace,
            pod: metadata.name,
            container,
        });
        await Promise.all(all.map((pod) => waitUntilRunning(client, containerOf(pod), signal)));
        return {
            plain: (role) => containerOf(pods[role]),
            outsider: outsider === undefined ? noOutsider : containerOf(outsider),
            client: (tier) => containerOf(pods.insider, tier),
            remove,
        };
    } catch (error) {
        await remove();
        return cannotCreate(error);
    }
}

/** @throws the error, as a CommandFailure if the API server refuses to create something */
function cannotCreate(error: unknown): never {
    throw error instanceof ApiException
        ? new CommandFailure(`The probe pods can't be created: ${apiMessage(error)}`, "", { cause: error })
        : error;
}

const noOutsider: NoOutsider = {
    reason: "You may not create a namespace, so nothing can be tried from another one than the application's.",
};

/** Creates the object that owns all others of a run: a namespace, else what a user can create who may not make one. */
async function createFirst(
    client: KubernetesClient,
    namespace: string,
    run: string,
): Promise<{ readonly first: FirstObject; readonly owner: Owner }> {
    const own = probeNamespace(namespace, run);
    const create = async (first: Manifest, home: string): Promise<{ first: FirstObject; owner: Owner }> => {
        const created: KubernetesObject = await client.objects.create(first);
        spawnProbeCleanup(client, first);
        const { kind, metadata } = first;
        return { first, owner: { run, kind, name: metadata.name, uid: created.metadata?.uid ?? "", home } };
    };
    try {
        return await create(own, own.metadata.name);
    } catch (error) {
        if (isForbidden(error)) {
            return await create(firstAccount(namespace, run), namespace);
        }
        throw error;
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
async function removeFormer(
    client: KubernetesClient,
    namespace: string,
    report: ReportProgress,
): Promise<void> {
    const labelSelector = `${ownLabel.key}=${ownLabel.value}`;
    const { core } = client;
    const lists = {
        Namespace: await itemsUnlessForbidden(core.listNamespace({ labelSelector })),
        ServiceAccount: await itemsUnlessForbidden(
            core.listNamespacedServiceAccount({ namespace, labelSelector }),
        ),
    };
    for (const [kind, items = []] of Object.entries(lists)) {
        for (const { metadata } of items) {
            const name = metadata?.name ?? "";
            const age = Date.now() - (metadata?.creationTimestamp?.getTime() ?? Date.now());
            if (age > longestLife * 1000 && metadata?.deletionTimestamp === undefined) {
                report(`removing ${name}, which a killed run left behind`);
                await removeProbes(client, { kind, metadata: { name, namespace } });
            }
        }
    }
}
