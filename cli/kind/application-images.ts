import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { applicationImage, type ApplicationTier } from "../../settings/application-images.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { storedImages } from "../container-engine/stored-images.ts";
import { run } from "../process/run.ts";
import type { SupplyContext } from "../supply/obtain.ts";
import type { Supply } from "../supply/supply.ts";

/** Options for getting images into the engine's store. */
export interface StoreOptions extends SupplyContext {
    readonly engine: ContainerEngine;
    /** The source of what the engine lacks. */
    readonly supply: Pick<Supply, "images">;
}

/** The image with Node.js that the application's images build upon, as their Dockerfiles say, too. */
const baseImage = "docker.io/library/node:24-slim";

const applicationFolder = join(import.meta.dirname, "..", "..", "app");

/**
 * Builds the images of tiers of the application, as it is now in `app/`, that the engine lacks: an image's tag is its
 * content.
 *
 * @throws ExecaError when npm or the engine fails, with all they wrote.
 */
export async function buildApplicationImages(
    tiers: readonly ApplicationTier[],
    options: StoreOptions,
): Promise<void> {
    const { engine, supply, report, signal } = options;
    const images = new Map(tiers.map((tier) => [tier, applicationImage(tier)]));
    const stored = await storedImages([...images.values()], engine, signal);
    const missing = [...images].filter(([, image]) => !stored.has(image));
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
}

/** True if `npm ci` has to be run: npm writes its own list last, so it is older than the lock file or missing. */
function packagesAreOutdated(): boolean {
    const installed = join(applicationFolder, "node_modules/.package-lock.json");
    const lock = join(applicationFolder, "package-lock.json");
    return !existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs;
}
