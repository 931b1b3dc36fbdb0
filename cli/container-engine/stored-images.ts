import { run, tryRun } from "../process/run.ts";
import type { ContainerEngine } from "./engine.ts";
import { classicStore, dockerImageStore, type ImageStore } from "./engine-info.ts";
import { fullImageName } from "./image-name.ts";

/** The label that carries the hash of the recipe an image was made by. */
export const recipeLabel = "multitier.recipe";

/** An image in the engine's store. */
export interface StoredImage {
    /** The recipe it was made by, or undefined for an image from elsewhere, such as the official one. */
    readonly recipe: string | undefined;
}

/** Which of the images the engine has, by full name (registry, repository and tag). */
export async function storedImages(
    names: readonly string[],
    { command, environment }: ContainerEngine,
    signal?: AbortSignal,
): Promise<ReadonlyMap<string, StoredImage>> {
    const format = `{{index .Config.Labels "${recipeLabel}"}}`;
    const stored = new Map<string, StoredImage>();
    for (const name of names) {
        // It fails for an image that is not there.
        const recipe = await tryRun(command, ["image", "inspect", "--format", format, name], {
            environment,
            signal,
        });
        if (recipe !== undefined) {
            stored.set(name, { recipe: recipe === "" ? undefined : recipe });
        }
    }
    return stored;
}

/** Asks whether the engine has some image of a repository (by full name). */
export async function hasRepository(
    repository: string,
    engine: ContainerEngine,
    signal?: AbortSignal,
): Promise<boolean> {
    const { command, environment } = engine;
    const listing = await run(command, ["image", "ls", "--format", "{{.Repository}}"], {
        environment,
        signal,
    });
    return listing.split("\n").some((name) => fullImageName(name) === fullImageName(repository));
}

/** Asks an engine how it keeps and saves images. */
export async function imageStore(
    { command, environment }: ContainerEngine,
    signal?: AbortSignal,
): Promise<ImageStore> {
    if (command === "podman") {
        return classicStore;
    }
    const ask = (subcommand: string): Promise<string> =>
        run(command, [subcommand, "--format", "{{json .}}"], { environment, signal });
    return dockerImageStore(await ask("version"), await ask("info"));
}
