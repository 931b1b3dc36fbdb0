import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy } from "@kubernetes/client-node";
import * as v from "valibot";
import { parseAllDocuments } from "yaml";

import { apiMessage, type KubernetesClient } from "../kubernetes/client.ts";
import { judgeRollout } from "../kubernetes/rollout.ts";
import { CommandFailure } from "../terminal/failure.ts";

const manifest = join(import.meta.dirname, "traefik/traefik.yaml");

/** Who has set the fields of Traefik's objects, for the API server. */
const fieldManager = "multitier";

/** Limit until Traefik is ready, in ms: its image is in the node, so it only has to start. */
const readyTimeout = 120_000;

/** Interval of the requests to the API server, in ms. */
const interval = 500;

const objectSchema = v.looseObject({
    apiVersion: v.string(),
    kind: v.string(),
    metadata: v.looseObject({ name: v.string(), namespace: v.exactOptional(v.string()) }),
});

const withImages = v.object({
    spec: v.object({
        template: v.object({ spec: v.object({ containers: v.array(v.object({ image: v.string() })) }) }),
    }),
});

/** Reads the objects that Traefik consists of. */
export function traefikObjects(): v.InferOutput<typeof objectSchema>[] {
    return parseAllDocuments(readFileSync(manifest, "utf8")).map((document) =>
        v.parse(objectSchema, document.toJS()),
    );
}

/** The images that Traefik's pods run. */
export function traefikImages(): string[] {
    return traefikObjects().flatMap((object) => {
        const parsed = v.safeParse(withImages, object);
        return parsed.success ? parsed.output.spec.template.spec.containers.map(({ image }) => image) : [];
    });
}

/**
 * Applies Traefik's objects to a cluster, which has its image. Only for clusters that this project made: others have an
 * ingress controller of their own.
 *
 * @throws CommandFailure if the API server refuses one
 */
export async function applyTraefik(
    client: KubernetesClient,
    report: (line: string) => void,
    signal?: AbortSignal,
): Promise<void> {
    for (const object of traefikObjects()) {
        signal?.throwIfAborted();
        const title = `${object.kind} ${object.metadata.name}`;
        try {
            const strategy = PatchStrategy.ServerSideApply;
            await client.objects.patch(object, undefined, undefined, fieldManager, undefined, strategy);
        } catch (error) {
            throw new CommandFailure(
                `Traefik's ${title} could not be applied: ${apiMessage(error)}`,
                "If somebody else has changed it: delete it with kubectl, and run this again.",
                { cause: error },
            );
        }
        report(`applied ${title}`);
    }
}

/**
 * Waits until Traefik is ready.
 *
 * @throws CommandFailure if it doesn't become ready
 */
export async function awaitTraefik(client: KubernetesClient, signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + readyTimeout;
    const request = { name: "traefik", namespace: "traefik" };
    for (;;) {
        const rollout = judgeRollout(await client.apps.readNamespacedDeployment(request));
        if (rollout.state === "complete") {
            return;
        }
        if (performance.now() > deadline) {
            throw new CommandFailure(
                `Traefik isn't ready after ${readyTimeout / 1000} s: ${rollout.detail}.`,
                `To see why: kubectl --context ${client.context} --kubeconfig ${client.kubeconfig} ` +
                    "--namespace traefik describe pods",
            );
        }
        await sleep(interval, undefined, signal === undefined ? {} : { signal });
    }
}
