import type { ContainerEngine } from "../container-engine/engine.ts";
import { storedImages } from "../container-engine/stored-images.ts";
import { run } from "../process/run.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { SiteUnavailable } from "../tools/site-request.ts";
import { loadImages } from "./made-here.ts";
import { obtain, type SupplyContext, type SupplyRules } from "./obtain.ts";

/** An image could not be pulled, built or loaded. */
export class ImageError extends CommandFailure {
    override readonly name = "ImageError";
}

/** Minutes that making an image takes at most, on two cores and with nothing in any cache. */
const minutesPerImage = 2;

/**
 * Gets the images that the engine lacks into its store: pulled or, where the engine can't, made.
 *
 * @throws ImageError for an image that can't be pulled, NoRecipeError for one that can't be made.
 */
export async function provideImages(
    names: readonly string[],
    engine: ContainerEngine,
    { offline, consent }: SupplyRules,
    context: SupplyContext,
): Promise<void> {
    await obtain(names, {
        offline,
        missing: async () => {
            const stored = await storedImages(names, engine, context.signal);
            const { outdatedImages } = await loadImages();
            const outdated = await outdatedImages(stored);
            return names.filter((name) => !stored.has(name) || outdated.includes(name));
        },
        download: (image) => pull(image, engine, context),
        agree: (things, reason) =>
            consent.ask({ things, reason, minutes: minutesPerImage * things.length }, context),
        make: async (images) => {
            const { makeImages } = await loadImages();
            await makeImages(images, { ...context, engine });
        },
    });
}

/**
 * Has the engine pull an image. Nobody else asks its registry: the engine may have a mirror, a proxy or a login.
 *
 * @throws SiteUnavailable where it can be made instead, ImageError otherwise
 */
async function pull(
    image: string,
    engine: ContainerEngine,
    { report, signal }: SupplyContext,
): Promise<void> {
    report(`downloading ${image}`);
    try {
        await run(engine.command, ["pull", image], { environment: engine.environment, signal });
    } catch (error) {
        signal?.throwIfAborted();
        if ((await loadImages()).isMakeable(image)) {
            throw new SiteUnavailable(`${engine.command} can't pull it: ${engineReason(error)}`, "", {
                cause: error,
            });
        }
        throw new ImageError(
            `The image ${image} could not be pulled: ${messageOf(error)}`,
            `Check its name in the stack's settings, or put it into the engine's store yourself ` +
                `(${engine.command} load). Images of the default settings are made here with --offline.`,
            { cause: error },
        );
    }
}

/** The last line that an engine wrote, without the image's name: mostly the same for all that it can't pull. */
function engineReason(error: unknown): string {
    const [reason = ""] = messageOf(error).trimEnd().split("\n").slice(-1);
    return reason.replace(/^(?:Error response from daemon|Error): (?:initializing source \S+: )?/, "");
}
