import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";

import { run } from "../process/run.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { fullImageName } from "../container-engine/image-name.ts";

/** A kind cluster's nodes and the engine they run in. */
export interface NodesOptions {
    /** The cluster's name. */
    readonly name: string;
    readonly tools: { readonly kind: string };
    readonly engine: ContainerEngine;
    readonly signal?: AbortSignal | undefined;
}

/** Runs a command in each node of the cluster, and returns what each wrote. */
export async function inEachNode(
    command: readonly string[],
    { name, tools, engine, signal }: NodesOptions,
): Promise<string[]> {
    const context = { environment: engine.environment, signal };
    const nodes = (await run(tools.kind, ["get", "nodes", "--name", name], context)).split("\n");
    return await Promise.all(nodes.map((node) => run(engine.command, ["exec", node, ...command], context)));
}

/** Limit for containerd's first answer in a node that was just made, in ms, and the interval of the questions. */
const [startTimeout, interval] = [60_000, 500];

/** Waits until containerd answers in each node: when kind begins with the control plane, it may be starting still. */
export async function awaitContainerd(options: NodesOptions): Promise<void> {
    const deadline = performance.now() + startTimeout;
    for (;;) {
        try {
            await inEachNode(["ctr", "version"], options);
            return;
        } catch (error) {
            options.signal?.throwIfAborted();
            if (performance.now() > deadline) {
                throw error;
            }
        }
        await sleep(interval, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
}

/** Which of the images (by full name) some node of the cluster lacks. */
export async function missingInNodes(images: readonly string[], options: NodesOptions): Promise<string[]> {
    const listings = await inEachNode(["crictl", "images", "--output", "json"], options);
    return missingSomewhere(images, listings.map(listedImages));
}

const names = v.optional(v.array(v.string()), []);
const nodeListing = v.object({ images: v.array(v.object({ repoTags: names, repoDigests: names })) });

/** The images' full names in `crictl images --output json`. */
export function listedImages(json: string): string[] {
    return v
        .parse(nodeListing, JSON.parse(json))
        .images.flatMap(({ repoTags, repoDigests }) => [...repoTags, ...repoDigests].map(fullImageName));
}

/** The images that not all of the lists have. */
export function missingSomewhere(images: readonly string[], lists: readonly (readonly string[])[]): string[] {
    return images.filter((image) => !lists.every((list) => list.includes(fullImageName(image))));
}
