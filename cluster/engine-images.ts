import * as v from "valibot";

import { run } from "./command.ts";
import type { Engine } from "./engine.ts";
import { fullImageName } from "./image-name.ts";

/** The label that carries the hash of the recipe an image was made by. */
export const recipeLabel = "multitier.recipe";

/** An image in the engine's store. */
export interface StoredImage {
    /** The recipe it was made by, or undefined for an image from elsewhere, such as the official one. */
    readonly recipe: string | undefined;
}

const dockerLine = v.object({ Repository: v.string(), Tag: v.string() });
const podmanListing = v.array(
    v.object({
        Names: v.nullish(v.array(v.string())),
        Labels: v.nullish(v.record(v.string(), v.string())),
    }),
);

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

/** Reads `podman image ls --format json`. */
export function podmanImages(listing: string): Map<string, StoredImage> {
    return new Map(
        v
            .parse(podmanListing, JSON.parse(listing))
            .flatMap(({ Names, Labels }) =>
                (Names ?? []).map((name) => [name, { recipe: Labels?.[recipeLabel] }] as const),
            ),
    );
}

/** Reads `docker image ls --format '{{json .}}'`: full names, as docker leaves out its own registry's. */
export function dockerImages(listing: string): string[] {
    return listing
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => v.parse(dockerLine, JSON.parse(line)))
        .map(({ Repository, Tag }) => fullImageName(`${Repository}:${Tag}`));
}
