import type { ContainerEngine } from "../container-engine/engine.ts";
import { hasRepository } from "../container-engine/stored-images.ts";
import type { SiteUnavailable } from "../tools/site-request.ts";
import { loadImages } from "./made-here.ts";
import { obtain, type SupplyContext, type SupplyRules } from "./obtain.ts";

/** The repository of kind's own node images. */
const kindsRepository = "docker.io/kindest/node";

/** Minutes that making the node image takes at most, on two cores and with nothing in any cache. */
const nodeImageMinutes = 25;

/**
 * The node image that was made here, or is made since kind's own could not be pulled; undefined where kind gets its own,
 * whose tag it alone knows.
 *
 * @param refusal the reason why kind's own could not be pulled, once that was tried
 */
export async function provideNodeImage(
    engine: ContainerEngine,
    { offline, consent }: SupplyRules,
    context: SupplyContext,
    refusal?: SiteUnavailable,
): Promise<string | undefined> {
    const untried = !offline && refusal === undefined;
    if (untried && (await hasRepository(kindsRepository, engine, context.signal))) {
        return undefined;
    }
    const { hasNodeImage, makeNodeImage } = await loadImages();
    const make = (): Promise<string> => makeNodeImage({ ...context, engine });
    if (await hasNodeImage(engine, context.signal)) {
        return await make();
    }
    let image: string | undefined;
    await obtain(["kind's node image"], {
        offline,
        missing: (names) => Promise.resolve(names),
        download: () => (refusal === undefined ? Promise.resolve() : Promise.reject(refusal)),
        agree: (things, reason) => consent.ask({ things, reason, minutes: nodeImageMinutes }, context),
        make: async () => {
            image = await make();
        },
    });
    return image;
}
