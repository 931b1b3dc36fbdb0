import * as v from "valibot";

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

/** True if a stored image can be used as it is: made by this very recipe, or by none of ours. */
export function isCurrent(image: StoredImage | undefined, hash: string): boolean {
    return image !== undefined && (image.recipe === undefined || image.recipe === hash);
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

const nodeListing = v.object({
    images: v.array(v.object({ repoTags: v.optional(v.array(v.string()), []) })),
});

/** The images' full names in `crictl images --output json`. */
export function listedImages(json: string): string[] {
    return v
        .parse(nodeListing, JSON.parse(json))
        .images.flatMap(({ repoTags }) => repoTags.map(fullImageName));
}

/** The images that not all of the lists have. */
export function missingSomewhere(images: readonly string[], lists: readonly (readonly string[])[]): string[] {
    return images.filter((image) => !lists.every((list) => list.includes(fullImageName(image))));
}
