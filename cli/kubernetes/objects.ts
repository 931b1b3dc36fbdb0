import { setTimeout as sleep } from "node:timers/promises";
import {
    ApiException,
    type KubernetesObject,
    type V1Namespace,
    type V1PersistentVolumeClaim,
} from "@kubernetes/client-node";

import { CommandFailure } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import { isForbidden, type KubernetesClient } from "./client.ts";
import { componentKinds, identityOf, nameOf, type LiveObject } from "./live-object.ts";
import { labelSelector, type StackLabels } from "./stack-labels.ts";

/** Limit until deleted objects have vanished, in ms: twice the grace period of the slowest pods. */
const patience = 120_000;

/** The stack's objects in a namespace: claims and everything else that components create. */
export async function listStackObjects(
    client: KubernetesClient,
    namespace: string,
    labels: StackLabels,
): Promise<KubernetesObject[]> {
    const lists = await Promise.all(
        [...componentKinds, { apiVersion: "v1", kind: "PersistentVolumeClaim" }].map(
            async ({ apiVersion, kind }) => {
                const { items } = await client.objects.list(
                    apiVersion,
                    kind,
                    namespace,
                    undefined,
                    undefined,
                    undefined,
                    undefined,
                    labelSelector(labels),
                );
                // The items of a list come without their kind.
                return items.map((item) => ({ ...item, apiVersion, kind }));
            },
        ),
    );
    return lists.flat();
}

/** A namespace, undefined if there is none. */
export async function readNamespace(
    client: KubernetesClient,
    name: string,
): Promise<V1Namespace | undefined> {
    return await undefinedIfMissing(client.core.readNamespace({ name }));
}

/** The claims in a namespace: all, or those that a label selector takes. */
export async function listClaims(
    client: KubernetesClient,
    namespace: string,
    labelSelector?: string,
): Promise<V1PersistentVolumeClaim[]> {
    const request = { namespace, ...(labelSelector !== undefined && { labelSelector }) };
    return (await client.core.listNamespacedPersistentVolumeClaim(request)).items;
}

/** The claims in several namespaces, by their names; a namespace that isn't there has none. */
export async function claimNames(
    client: KubernetesClient,
    namespaces: readonly string[],
): Promise<{ readonly namespace: string; readonly name: string }[]> {
    const lists = await Promise.all(
        namespaces.map(async (namespace) => {
            const claims = await listClaims(client, namespace);
            return claims.map(({ metadata }) => ({ namespace, name: metadata?.name ?? "" }));
        }),
    );
    return lists.flat();
}

/**
 * Deletes objects and waits until they, and the pods that they own, are gone.
 *
 * @throws CommandFailure if one of them doesn't go
 */
export async function deleteObjects(
    client: KubernetesClient,
    objects: readonly LiveObject[],
    interruption: Interruption,
): Promise<void> {
    const headers = objects.map(headerOf);
    for (const header of headers) {
        // In the foreground: the object is there until its pods have let go of the volumes.
        await undefinedIfMissing(
            client.objects.delete(header, undefined, undefined, undefined, undefined, "Foreground"),
        );
    }
    const deadline = performance.now() + patience;
    for (const header of headers) {
        while ((await undefinedIfMissing(client.objects.read(header))) !== undefined) {
            interruption.throwIfRequested();
            if (performance.now() > deadline) {
                throw new CommandFailure(
                    `${nameOf(identityOf(header))} was deleted but is still there after ${patience / 1000} s.`,
                    `See what it waits for: kubectl describe ${header.kind.toLowerCase()} ${header.metadata.name}`,
                );
            }
            await sleep(500);
        }
    }
}

/** The fields that a request for one object needs. */
function headerOf({ apiVersion = "", kind = "", metadata }: LiveObject): {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace: string };
} {
    return {
        apiVersion,
        kind,
        // The client takes an empty namespace for none.
        metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" },
    };
}

/** Waits for an answer of the API; undefined if there is no such object. */
export async function undefinedIfMissing<Result>(answer: Promise<Result>): Promise<Result | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) {
            return undefined;
        }
        throw error;
    }
}

/** Waits for a list of the API; undefined for a user who may not have it. */
export async function itemsUnlessForbidden<Item>(
    list: Promise<{ readonly items: readonly Item[] }>,
): Promise<readonly Item[] | undefined> {
    try {
        return (await list).items;
    } catch (error) {
        if (isForbidden(error)) {
            return undefined;
        }
        throw error;
    }
}
