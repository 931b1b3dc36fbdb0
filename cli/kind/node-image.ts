import type { BuildConsent, Dialogue } from "../tools/build-consent.ts";
import { hasRepository, storedImages } from "../container-engine/stored-images.ts";
import type { Engine } from "../container-engine/engine.ts";
import { registryRefusal } from "../container-engine/registry.ts";
import { obtain } from "../tools/obtain.ts";

/** The ways in which a cluster's node image may come. */
export interface NodeImageOptions extends Dialogue {
    readonly engine: Engine;
    /** Pulls nothing: the node image is made here from package registries. */
    readonly offline: boolean;
    /** Asked before the node image is made. */
    readonly consent: BuildConsent;
    readonly signal?: AbortSignal | undefined;
}

/** The repository of kind's own node images. */
const kindsRepository = "docker.io/kindest/node";

/** Minutes that making the node image takes at most, on two cores and with nothing in any cache. */
const nodeImageMinutes = 25;

/** The node image made here where kind's own can't be pulled; undefined where kind gets its own. */
export async function nodeImageMadeHere(options: NodeImageOptions): Promise<string | undefined> {
    const { engine, offline, consent, signal } = options;
    let image: string | undefined;
    await obtain(["kind's node image"], {
        offline,
        download: async () => {
            if (await hasRepository(kindsRepository, engine, signal)) {
                return;
            }
            const refusal = await registryRefusal(kindsRepository, engine, signal);
            if (refusal !== undefined) {
                throw refusal;
            }
        },
        agree: async (things, reason) => {
            if (!(await isNodeImageStored(options))) {
                await consent.ask({ things, reason, minutes: nodeImageMinutes }, options);
            }
        },
        make: async () => {
            // Loaded only here: the normal way needs nothing of it.
            const { nodeImage, provideImages } = await import("../../offline/images/index.ts");
            await provideImages([nodeImage], options);
            image = nodeImage;
        },
    });
    return image;
}

async function isNodeImageStored({ engine, signal }: NodeImageOptions): Promise<boolean> {
    const { nodeImage, outdatedImages } = await import("../../offline/images/index.ts");
    const stored = await storedImages([nodeImage], engine, signal);
    return stored.size > 0 && (await outdatedImages(stored)).length === 0;
}
