import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";

import { run } from "../../cli/process/run.ts";
import { recipeLabel, storedImages, type StoredImage } from "../../cli/container-engine/stored-images.ts";
import type { ContainerEngine } from "../../cli/container-engine/engine.ts";
import { CommandFailure } from "../../cli/terminal/failure.ts";
import { cacheFolder } from "../../cli/process/folders.ts";
import { binariesFolder } from "../binaries/binary-folders.ts";
import { recordDuration } from "../binaries/durations.ts";
import { provideBinaries } from "../binaries/provide.ts";
import { ensurePackages, imagePackages } from "../packages.ts";
import { nodeImage } from "./node-image.ts";
import { isCurrent, recipeHash, recipes, type Recipe } from "./recipes.ts";

/** Options for making images. */
export interface MakeImagesOptions {
    readonly engine: ContainerEngine;
    /** Told what is done, a line each. */
    readonly report: (line: string) => void;
    /** Asked before packages are installed on the system. */
    readonly confirm: (question: string) => Promise<boolean>;
    readonly signal?: AbortSignal | undefined;
}

/** An image is wanted that can neither be downloaded nor made here. */
export class NoRecipeError extends CommandFailure {
    override readonly name = "NoRecipeError";
}

const workFolder = join(cacheFolder, "image-work");

/** True if an image (by full name) can be made here. */
export function isMakeable(image: string): boolean {
    return recipes[image] !== undefined;
}

/** The images, of those stored, that were made here by a recipe that has changed since. */
export async function outdatedImages(stored: ReadonlyMap<string, StoredImage>): Promise<string[]> {
    const outdated: string[] = [];
    for (const [name, image] of stored) {
        const recipe = recipes[name];
        if (recipe !== undefined && !isCurrent(image, await recipeHash(recipe))) {
            outdated.push(name);
        }
    }
    return outdated;
}

/**
 * Makes the images that the engine doesn't have yet, from packages and from programs built here. An image that came
 * from elsewhere, such as an official one, is kept; one made by an older recipe is made again.
 *
 * @param names Full names: registry, repository and tag.
 * @throws NoRecipeError for images that have no recipe.
 */
export async function makeImages(
    names: readonly string[],
    { engine, report, confirm, signal }: MakeImagesOptions,
): Promise<void> {
    const unknown = names.filter((name) => recipes[name] === undefined);
    const stored = await storedImages(names, engine, signal);
    const unavailable = unknown.filter((name) => !stored.has(name));
    if (unavailable.length > 0) {
        throw new NoRecipeError(
            `Nothing is downloaded (--offline), and there is no recipe for ${unavailable.join(", ")}.`,
            `Put the image into the engine's store yourself (${engine.command} load), leave out --offline, ` +
                `or use one of ${Object.keys(recipes).join(", ")}.`,
        );
    }
    const missing = [];
    for (const [name, recipe] of Object.entries(recipes).filter(([name]) => names.includes(name))) {
        const hash = await recipeHash(recipe);
        if (!isCurrent(stored.get(name), hash)) {
            missing.push({ name, recipe, hash });
        }
    }
    if (missing.length === 0) {
        return;
    }
    await ensurePackages(imagePackages, "to make images from packages", { confirm, report, signal });
    await removeLeftovers();
    await mkdir(binariesFolder, { recursive: true });
    for (const { name, recipe, hash } of missing) {
        const started = performance.now();
        report(`making ${name}`);
        await make(recipe, hash, { engine, report, signal });
        const seconds = (performance.now() - started) / 1000;
        await recordDuration([name], seconds);
        report(`${name}: made in ${seconds.toFixed(0)} s`);
    }
}

/** True if the engine has the node image by its present recipe. */
export async function hasNodeImage(
    engine: ContainerEngine,
    signal: AbortSignal | undefined,
): Promise<boolean> {
    const stored = await storedImages([nodeImage], engine, signal);
    return stored.size > 0 && (await outdatedImages(stored)).length === 0;
}

/** Makes the node image that the engine lacks, and returns its name. */
export async function makeNodeImage(options: MakeImagesOptions): Promise<string> {
    await makeImages([nodeImage], options);
    return nodeImage;
}

async function make(
    recipe: Recipe,
    hash: string,
    { engine, report, signal }: Pick<MakeImagesOptions, "engine" | "report" | "signal">,
): Promise<void> {
    await mkdir(workFolder, { recursive: true });
    const folder = await mkdtemp(join(workFolder, `${process.pid}-`));
    try {
        await recipe.make({
            engine,
            folder,
            label: `${recipeLabel}=${hash}`,
            binaries: (programs) => provideBinaries(programs, { report, signal }),
            report,
            signal,
        });
    } finally {
        await removeTree(folder);
    }
}

/** Removes what runs that were killed left behind. */
async function removeLeftovers(): Promise<void> {
    for (const entry of existsSync(workFolder) ? await readdir(workFolder) : []) {
        const [owner = ""] = entry.split("-");
        if (!existsSync(join("/proc", owner))) {
            await removeTree(join(workFolder, entry));
        }
    }
}

/** Removes a folder, but never what is mounted in it: a root in the making may have /dev or /proc there. */
async function removeTree(folder: string): Promise<void> {
    await run("rm", ["-r", "--force", "--one-file-system", folder]);
}
