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

/** Which of the images (by full name) some node of the cluster lacks. */
export async function missingInNodes(
    images: readonly string[],
    { name, tools, engine, signal }: NodesOptions,
): Promise<string[]> {
    const context = { environment: engine.environment, signal };
    const nodes = (await run(tools.kind, ["get", "nodes", "--name", name], context)).split("\n");
    const present = await Promise.all(
        nodes.map(async (node) =>
            listedImages(
                await run(engine.command, ["exec", node, "crictl", "images", "--output", "json"], context),
            ),
        ),
    );
    return missingSomewhere(images, present);
}

const nodeListing = v.object({
    images: v.array(v.object({ repoTags: v.optional(v.array(v.string()), []) })),
});

/** The images' full names in `crictl images --output json`. */
export function listedImages(json: string): string[] {
    return v
        .parse(nodeListing, JSON.parse(json))
        .images.flatMap(({ repoTags }) => repoTags.map(fullImageName));
}

/** The images that not all of the lists have. */
export function missingSomewhere(images: readonly string[], lists: readonly (readonly string[])[]): string[] {
    return images.filter((image) => !lists.every((list) => list.includes(fullImageName(image))));
}
