import { run } from "../process/run.ts";
import type { Engine } from "./engine.ts";
import { classicStore, dockerImageStore, type ImageStore } from "./engine-info.ts";
import { fullImageName } from "./image-name.ts";
import { dockerImages, podmanImages, recipeLabel, type StoredImage } from "./image-listings.ts";

/** Which of the images the engine has, by full name (registry, repository and tag). */
export async function storedImages(
    names: readonly string[],
    engine: Engine,
    signal?: AbortSignal,
): Promise<ReadonlyMap<string, StoredImage>> {
    const context = { environment: engine.environment, signal };
    if (engine.command === "podman") {
        const listing = podmanImages(await run("podman", ["image", "ls", "--format", "json"], context));
        return new Map([...listing].filter(([name]) => names.includes(name)));
    }
    const listing = await run("docker", ["image", "ls", "--format", "{{json .}}"], context);
    const labels = new Map<string, StoredImage>();
    for (const name of dockerImages(listing).filter((present) => names.includes(present))) {
        const format = `{{index .Config.Labels "${recipeLabel}"}}`;
        const recipe = await run("docker", ["image", "inspect", "--format", format, name], context);
        labels.set(name, { recipe: recipe === "" ? undefined : recipe });
    }
    return labels;
}

/** Asks whether the engine has some image of a repository (by full name). */
export async function hasRepository(
    repository: string,
    engine: Engine,
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
    { command, environment }: Engine,
    signal?: AbortSignal,
): Promise<ImageStore> {
    if (command === "podman") {
        return classicStore;
    }
    const ask = (subcommand: string): Promise<string> =>
        run(command, [subcommand, "--format", "{{json .}}"], { environment, signal });
    return dockerImageStore(await ask("version"), await ask("info"));
}
