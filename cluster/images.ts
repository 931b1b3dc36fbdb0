import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { applicationImage, type ApplicationTier } from "../settings/application-images.ts";
import { run } from "./command.ts";
import { storedImages } from "./engine-images.ts";
import { CommandFailure, messageOf } from "./failure.ts";
import { cacheFolder } from "./folders.ts";
import { fullImageName } from "./image-name.ts";
import { missingInNodes, type NodesOptions } from "./node-images.ts";

/** How images come into a kind cluster. */
export interface ImagesOptions extends NodesOptions {
    /** Only package registries answer: images of other projects are made here instead of being pulled. */
    readonly offline: boolean;
    /** Told what is done, a line each. */
    readonly report: (line: string) => void;
}

/** An image can't be had. */
export class ImageError extends CommandFailure {
    override readonly name = "ImageError";
}

/** The image with Node.js that the application's images build upon, as their Dockerfiles say, too. */
const baseImage = "docker.io/library/node:24-slim";

const applicationFolder = join(import.meta.dirname, "..", "app");

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
    const { engine, report, signal } = options;
    const images = new Map(tiers.map((tier) => [tier, applicationImage(tier)]));
    const absent = await missingInNodes([...images.values()], options);
    const stored = await storedImages(absent, engine, signal);
    const missing = [...images].filter(([, image]) => absent.includes(image) && !stored.has(image));
    if (missing.length > 0) {
        await provide([baseImage], options);
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

/** Whether `npm ci` has to be run: npm writes its own list last, so it is older than the lock file or missing. */
function packagesAreOutdated(): boolean {
    const installed = join(applicationFolder, "node_modules/.package-lock.json");
    const lock = join(applicationFolder, "package-lock.json");
    return !existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs;
}

/**
 * Puts images into the cluster's nodes, those that are there already excepted. What the engine doesn't have is pulled
 * or, offline, made.
 *
 * @param options.images Their names; layers that several share are copied once.
 * @throws ImageError for an image that can't be pulled, NoRecipeError for one that can't be made.
 */
export async function loadImages({
    images,
    ...options
}: ImagesOptions & { readonly images: readonly string[] }): Promise<void> {
    const { name, tools, engine, report, signal } = options;
    const context = { environment: engine.environment, signal };
    const missing = await missingInNodes([...new Set(images.map(fullImageName))], options);
    if (missing.length === 0) {
        return;
    }
    await provide(missing, options);
    await mkdir(cacheFolder, { recursive: true });
    const folder = await mkdtemp(join(cacheFolder, "load-"));
    try {
        for (const image of missing) {
            report(`loading ${image} into the cluster`);
        }
        const archive = join(folder, "images.tar");
        // podman takes several images only when told to.
        const several = engine.command === "podman" ? ["--multi-image-archive"] : [];
        await run(engine.command, ["save", ...several, "--output", archive, ...missing], context);
        await run(tools.kind, ["load", "image-archive", archive, "--name", name], context);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Sees to it that the engine has the images. */
async function provide(images: readonly string[], options: ImagesOptions): Promise<void> {
    const { engine, offline, report, signal } = options;
    const stored = await storedImages(images, engine, signal);
    const absent = images.filter((image) => !stored.has(image));
    if (offline) {
        // Loaded only here: the normal way needs nothing of it.
        const { provideImages } = await import("../offline/images/index.ts");
        const own = images.filter((image) => image.startsWith("localhost/"));
        await provideImages(
            images.filter((image) => !own.includes(image)),
            { engine, report, signal },
        );
        return;
    }
    for (const image of absent) {
        await pull(image, options);
    }
}

async function pull(image: string, { engine, report, signal }: ImagesOptions): Promise<void> {
    report(`downloading ${image}`);
    try {
        await run(engine.command, ["pull", image], { environment: engine.environment, signal });
    } catch (error) {
        signal?.throwIfAborted();
        throw new ImageError(
            `The image ${image} can't be had: ${messageOf(error)}`,
            `Check its name in the stack's settings, or put it into the engine's store yourself ` +
                `(${engine.command} load).`,
            { cause: error },
        );
    }
}
