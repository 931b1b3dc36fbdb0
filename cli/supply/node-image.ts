import type { ContainerEngine } from "../container-engine/engine.ts";
import { registryRefusal } from "../container-engine/registry.ts";
import { hasRepository } from "../container-engine/stored-images.ts";
import { loadImages } from "./made-here.ts";
import { obtain, type SupplyContext, type SupplyRules } from "./obtain.ts";

/** The repository of kind's own node images. */
const kindsRepository = "docker.io/kindest/node";

/** Minutes that making the node image takes at most, on two cores and with nothing in any cache. */
const nodeImageMinutes = 25;

/** The node image made here where kind's own can't be pulled; undefined where kind gets its own. */
export async function provideNodeImage(
    engine: ContainerEngine,
    { offline, consent }: SupplyRules,
    context: SupplyContext,
): Promise<string | undefined> {
    const { signal } = context;
    let image: string | undefined;
    await obtain(["kind's node image"], {
        offline,
        // Which tag kind wants is known to kind alone.
        missing: (names) => Promise.resolve(names),
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
            const { hasNodeImage } = await loadImages();
            if (!(await hasNodeImage(engine, context.signal))) {
                await consent.ask({ things, reason, minutes: nodeImageMinutes }, context);
            }
        },
        make: async () => {
            const { makeNodeImage } = await loadImages();
            image = await makeNodeImage({ ...context, engine });
        },
    });
    return image;
}
