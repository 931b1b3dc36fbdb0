import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { StoredImage } from "../../cli/container-engine/stored-images.ts";
import { run } from "../../cli/process/run.ts";
import { recipes as binaryRecipes } from "../binaries/recipes.ts";
import { writeDebianRoot } from "./debian-root.ts";
import { makeNodeImage, nodeImage, nodeInputs } from "./node-image.ts";
import { packagedImages, type PackagedImage } from "./third-party.ts";
import { importRoot, type ImageBuildContext } from "./image-build-context.ts";

/** The recipe of an image. */
export interface Recipe {
    /** Everything that decides what is in the image. */
    readonly inputs: () => Promise<unknown>;
    /** Makes the image and stores it in the engine. */
    readonly make: (context: ImageBuildContext) => Promise<void>;
}

/** The Traefik of the ingress controller's manifest. */
const traefikImage = `docker.io/library/traefik:v${binaryRecipes.traefik.version}`;
const traefikChanges = ["ENV PATH=/usr/local/bin", 'ENTRYPOINT ["/usr/local/bin/traefik"]'];

/** The recipes, by the full name of the image. */
export const recipes: Readonly<Record<string, Recipe>> = {
    [nodeImage]: { inputs: nodeInputs, make: makeNodeImage },
    [traefikImage]: { inputs: () => Promise.resolve({ traefikChanges }), make: makeTraefik },
    ...Object.fromEntries(
        Object.entries(packagedImages).map(([name, image]) => [name, packagedRecipe(name, image)]),
    ),
};

/** The hash that tells two recipes apart, the first 12 hexadecimal digits of a SHA-256. */
export async function recipeHash({ inputs }: Recipe): Promise<string> {
    return createHash("sha256")
        .update(JSON.stringify(await inputs()))
        .digest("hex")
        .slice(0, 12);
}

/** True if a stored image can be used as it is: made by the recipe of this hash, or by none of ours. */
export function isCurrent(image: StoredImage | undefined, hash: string): boolean {
    return image !== undefined && (image.recipe === undefined || image.recipe === hash);
}

function packagedRecipe(name: string, image: PackagedImage): Recipe {
    return {
        inputs: () => Promise.resolve(image),
        make: async (context) => {
            const archive = join(context.folder, "root.tar");
            await writeDebianRoot(image.root, archive, {}, context);
            await importRoot(archive, name, [...image.changes, `LABEL ${context.label}`], context);
        },
    };
}

async function makeTraefik(context: ImageBuildContext): Promise<void> {
    const { folder, signal } = context;
    const { traefik } = await context.binaries(["traefik"]);
    const root = join(folder, "root");
    await mkdir(join(root, "usr/local/bin"), { recursive: true });
    await run("install", ["-m", "0755", traefik, join(root, "usr/local/bin/traefik")], { signal });
    const archive = join(folder, "root.tar");
    await run("tar", ["--create", "--owner=0", "--group=0", "--file", archive, "--directory", root, "."], {
        signal,
    });
    await importRoot(archive, traefikImage, [...traefikChanges, `LABEL ${context.label}`], context);
}
