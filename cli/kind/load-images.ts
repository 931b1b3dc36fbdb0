import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { applicationImage, type ApplicationTier } from "../../settings/application-images.ts";
import type { Dialogue } from "../supply/build-consent.ts";
import { ImageError } from "../supply/images.ts";
import type { Supply } from "../supply/supply.ts";
import { run, tryRun } from "../process/run.ts";
import { imageStore, storedImages } from "../container-engine/stored-images.ts";
import { loadRemedy, saveArguments, untagArguments } from "../container-engine/engine-info.ts";
import { messageOf } from "../terminal/failure.ts";
import { cacheFolder } from "../process/folders.ts";
import { fullImageName } from "../container-engine/image-name.ts";
import { inEachNode, missingInNodes, type NodesOptions } from "./node-images.ts";

/** Options for loading images into a kind cluster. */
export interface ImagesOptions extends NodesOptions, Dialogue {
    /** The source of what the engine lacks. */
    readonly supply: Pick<Supply, "images">;
}

/** The image with Node.js that the application's images build upon, as their Dockerfiles say, too. */
const baseImage = "docker.io/library/node:24-slim";

const applicationFolder = join(import.meta.dirname, "..", "..", "app");

/**
 * Builds the images of tiers of the application, as it is now in `app/`, that neither the cluster nor the engine has:
 * an image's tag is its content.
 *
 * @returns the tiers' images, built now or before.
 * @throws ExecaError when npm or the engine fails, with all they wrote.
 */
export async function buildApplicationImages({
    tiers,
    ...options
}: ImagesOptions & { readonly tiers: readonly ApplicationTier[] }): Promise<string[]> {
    const { engine, supply, report, signal } = options;
    const images = new Map(tiers.map((tier) => [tier, applicationImage(tier)]));
    const absent = await missingInNodes([...images.values()], options);
    const stored = await storedImages(absent, engine, signal);
    const missing = [...images].filter(([, image]) => absent.includes(image) && !stored.has(image));
    if (missing.length > 0) {
        await supply.images([baseImage], engine, options);
        if (packagesAreOutdated()) {
            report("installing the application's packages");
            await run("npm", ["ci", "--prefix", applicationFolder], { signal });
        }
        report("building the application");
        await run("npm", ["run", "build", "--prefix", applicationFolder], { signal });
    }
    for (const [tier, image] of missing) {
        report(`building ${image}`);
        await run(
            engine.command,
            [
                "build",
                "--build-arg",
                `BASE_IMAGE=${baseImage}`,
                "--tag",
                image,
                join(applicationFolder, tier),
            ],
            { environment: engine.environment, signal },
        );
    }
    return [...images.values()];
}

/** True if `npm ci` has to be run: npm writes its own list last, so it is older than the lock file or missing. */
function packagesAreOutdated(): boolean {
    const installed = join(applicationFolder, "node_modules/.package-lock.json");
    const lock = join(applicationFolder, "package-lock.json");
    return !existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs;
}

/**
 * Puts images into the cluster's nodes, those that are there already excepted. What the engine doesn't have is pulled
 * or, where its registry refuses or is silent, made.
 *
 * @param options.images Their names; layers that several share are copied once.
 * @throws ImageError for an image that can't be pulled or copied, NoRecipeError for one that can't be made.
 */
export async function loadImages({
    images,
    ...options
}: ImagesOptions & { readonly images: readonly string[] }): Promise<void> {
    const { name, tools, engine, supply, report, signal } = options;
    const context = { environment: engine.environment, signal };
    const missing = await missingInNodes([...new Set(images.map(fullImageName))], options);
    if (missing.length === 0) {
        return;
    }
    await supply.images(missing, engine, options);
    const digests = missing.filter((image) => savedName(image) !== image);
    await mkdir(cacheFolder, { recursive: true });
    const folder = await mkdtemp(join(cacheFolder, "load-"));
    try {
        for (const image of missing) {
            report(`loading ${image} into the cluster`);
        }
        const archive = join(folder, "images.tar");
        const store = await imageStore(engine, signal);
        try {
            for (const image of digests) {
                await run(engine.command, ["tag", image, savedName(image)], context);
            }
            const saved = missing.map(savedName);
            await run(engine.command, saveArguments(engine.command, store, archive, saved), context);
            await run(tools.kind, ["load", "image-archive", archive, "--name", name], context);
            for (const image of digests) {
                await inEachNode([...retag, savedName(image), image], options);
            }
        } catch (error) {
            signal?.throwIfAborted();
            throw new ImageError(
                `${missing.join(", ")} could not be copied from ${engine.command} into the cluster ${name}: ` +
                    messageOf(error),
                loadRemedy(store, missing),
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
