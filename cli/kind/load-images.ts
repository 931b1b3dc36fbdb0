import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { applicationImage, type ApplicationTier } from "../../settings/application-images.ts";
import { loadRemedy, saveArguments, untagArguments } from "../container-engine/engine-info.ts";
import { fullImageName } from "../container-engine/image-name.ts";
import { imageStore } from "../container-engine/stored-images.ts";
import { cacheFolder } from "../process/folders.ts";
import { run, tryRun } from "../process/run.ts";
import { ImageError } from "../supply/images.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import { messageOf } from "../terminal/failure.ts";
import { buildApplicationImages, type StoreOptions } from "./application-images.ts";
import { awaitContainerd, inEachNode, missingInNodes, type NodesOptions } from "./node-images.ts";

/** The images that a cluster must have. */
export interface WantedImages {
    /** The tiers of the application whose images are built from `app/`. */
    readonly tiers: readonly ApplicationTier[];
    /** The names of the others. */
    readonly named: readonly string[];
}

/** The full names of all wanted images, each once. */
export function imageNames({ tiers, named }: WantedImages): string[] {
    return [...new Set([...tiers.map((tier) => applicationImage(tier)), ...named.map(fullImageName)])];
}

/**
 * Gets images into the engine's store: built from `app/`, pulled or, where their registry refuses or is silent, made.
 *
 * @throws ImageError for an image that can't be pulled, NoRecipeError for one that can't be made.
 */
export async function storeImages({ tiers, named }: WantedImages, options: StoreOptions): Promise<void> {
    await buildApplicationImages(tiers, options);
    await options.supply.images([...new Set(named.map(fullImageName))], options.engine, options);
}

/**
 * Gets images into the cluster's nodes, those that are there already excepted.
 *
 * @throws as {@link storeImages} and {@link copyImages}
 */
export async function loadImages(wanted: WantedImages, options: NodesOptions & StoreOptions): Promise<void> {
    const missing = await missingInNodes(imageNames(wanted), options);
    if (missing.length === 0) {
        return;
    }
    const tiers = wanted.tiers.filter((tier) => missing.includes(applicationImage(tier)));
    const named = wanted.named.filter((name) => missing.includes(fullImageName(name)));
    await storeImages({ tiers, named }, options);
    await copyImages(missing, options);
}

/**
 * Copies images from the engine's store into the cluster's nodes. Layers that several share are copied once.
 *
 * @param images their full names
 * @param nodesRun settled when the nodes run containers. Default: they do.
 * @throws ImageError if they can't be copied
 */
export async function copyImages(
    images: readonly string[],
    options: NodesOptions & { readonly report: ReportProgress },
    nodesRun: Promise<void> = Promise.resolve(),
): Promise<void> {
    const { name, tools, engine, report, signal } = options;
    const context = { environment: engine.environment, signal };
    const digests = images.filter((image) => savedName(image) !== image);
    await mkdir(cacheFolder, { recursive: true });
    const folder = await mkdtemp(join(cacheFolder, "load-"));
    try {
        const archive = join(folder, "images.tar");
        const store = await imageStore(engine, signal);
        try {
            for (const image of digests) {
                await run(engine.command, ["tag", image, savedName(image)], context);
            }
            const saved = images.map(savedName);
            await run(engine.command, saveArguments(engine.command, store, archive, saved), context);
            await nodesRun;
            await awaitContainerd(options);
            for (const image of images) {
                report(`loading ${image} into the cluster`);
            }
            await run(tools.kind, ["load", "image-archive", archive, "--name", name], context);
            for (const image of digests) {
                await inEachNode([...retag, savedName(image), image], options);
            }
        } catch (error) {
            signal?.throwIfAborted();
            throw new ImageError(
                `${images.join(", ")} could not be copied from ${engine.command} into the cluster ${name}: ` +
                    messageOf(error),
                loadRemedy(store, images),
                { cause: error },
            );
        }
    } finally {
        await rm(folder, { recursive: true, force: true });
        for (const image of digests) {
            await tryRun(engine.command, untagArguments(engine.command, image, savedName(image)), {
                environment: engine.environment,
            });
        }
    }
}

/** Gives an image in a node's containerd another name: what follows is the name that it has, and the other. */
const retag = ["ctr", "--namespace=k8s.io", "images", "tag", "--force"];

/**
 * The name under which an image is saved: an archive has tags only, and no manifest of which the nodes would get the same
 * digest. Under a repository of its own, since Docker removes digests together with a repository's last tag.
 */
function savedName(image: string): string {
    const digest = /@sha256:([0-9a-f]+)$/.exec(image)?.[1];
    return digest === undefined ? image : `localhost/multitier/by-digest:${digest}`;
}
