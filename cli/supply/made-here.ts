import { existsSync } from "node:fs";

import type { Engine } from "../container-engine/engine.ts";
import { storedImages } from "../container-engine/stored-images.ts";
import type { StoredImage } from "../container-engine/image-listings.ts";
import type { Provider, ToolName } from "../tools/tool-versions.ts";
import type { SupplyContext } from "./obtain.ts";

/*
 * The one door from the commands to offline/, which makes things from package registries. Each function loads it when
 * it is called: what is present or downloaded needs nothing of it.
 */

const programs = (): Promise<typeof import("../../offline/binaries/index.ts")> =>
    import("../../offline/binaries/index.ts");

const images = (): Promise<typeof import("../../offline/images/index.ts")> =>
    import("../../offline/images/index.ts");

/** The path that a tool made here has in the cache, be it there or not. */
export async function toolMadeHere(name: ToolName): Promise<string> {
    // Not by the index, whose loading would be a tenth of a preview.
    const { binaryFile } = await import("../../offline/binaries/binary-folders.ts");
    return binaryFile(name);
}

/** Makes a tool that the cache lacks, and returns its path. */
export async function makeTool(name: ToolName, { report, signal }: SupplyContext): Promise<string> {
    const wanted = name === "pulumi" ? [name, "pulumi-language-nodejs" as const] : [name];
    return (await (await programs()).provideBinaries(wanted, { report, signal }))[name];
}

/** Those of the providers that would have to be made: the cache lacks them. */
export async function providersToMake(providers: readonly Provider[]): Promise<Provider[]> {
    const { binaryFile } = await programs();
    return providers.filter((provider) => !existsSync(binaryFile(programOf(provider))));
}

/** Makes the providers that the cache lacks, and returns each one's file. */
export async function makeProviders(
    providers: readonly Provider[],
    { report, signal }: SupplyContext,
): Promise<ReadonlyMap<Provider, string>> {
    const { provideBinaries } = await programs();
    const paths = await provideBinaries(providers.map(programOf), { report, signal });
    return new Map(providers.map((provider) => [provider, paths[programOf(provider)]]));
}

function programOf<Name extends Provider>(provider: Name): `pulumi-resource-${Name}` {
    return `pulumi-resource-${provider}`;
}

/** Those of an engine's images that were made here by a recipe that has changed since. */
export async function outdatedImages(stored: ReadonlyMap<string, StoredImage>): Promise<string[]> {
    const madeHere = new Map([...stored].filter(([, { recipe }]) => recipe !== undefined));
    return madeHere.size === 0 ? [] : await (await images()).outdatedImages(madeHere);
}

/** True if an image (by full name) can be made here. */
export async function isMakeable(image: string): Promise<boolean> {
    return (await images()).providableImages([image]).includes(image);
}

/** @throws NoRecipeError for an image that can't be made */
export async function makeImages(
    names: readonly string[],
    engine: Engine,
    context: SupplyContext,
): Promise<void> {
    await (await images()).provideImages(names, { ...context, engine });
}

/** True if the engine has the node image that is made here, by its present recipe. */
export async function hasNodeImage(engine: Engine, { signal }: SupplyContext): Promise<boolean> {
    const { nodeImage } = await images();
    const stored = await storedImages([nodeImage], engine, signal);
    return stored.size > 0 && (await outdatedImages(stored)).length === 0;
}

/** Makes the node image that the engine lacks, and returns its name. */
export async function makeNodeImage(engine: Engine, context: SupplyContext): Promise<string> {
    const { nodeImage } = await images();
    await makeImages([nodeImage], engine, context);
    return nodeImage;
}
