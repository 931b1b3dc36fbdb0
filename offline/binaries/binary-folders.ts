import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { cacheFolder } from "../../cluster/folders.ts";
import { goModules, recipes, type BinaryName, type GoModule, type Recipe } from "./recipes.ts";

/** Where all programs that were made are kept, each in a folder of its own. */
export const binariesFolder = join(cacheFolder, "bin");

/** The sources of this folder's Go module: its go.mod, go.sum and own programs. */
export function moduleFolder(module: GoModule): string {
    return join(import.meta.dirname, module);
}

/** The folder of one program as this recipe makes it: another version or recipe has another folder. */
export function binaryFolder(name: BinaryName): string {
    return join(binariesFolder, `${name}-${recipes[name].version}-${recipeKey(name)}`);
}

/** The file of one program, which need not exist yet. */
export function binaryFile(name: BinaryName): string {
    return join(binaryFolder(name), name);
}

/** Twelve hexadecimal digits that change with anything the program is made of, and with the kind of machine. */
function recipeKey(name: BinaryName): string {
    const recipe: Recipe = recipes[name];
    const hash = createHash("sha256").update(JSON.stringify([name, recipe, process.platform, process.arch]));
    if ("module" in recipe) {
        hash.update(JSON.stringify(goModules[recipe.module]));
        addFiles(hash, moduleFolder(recipe.module));
    }
    return hash.digest("hex").slice(0, 12);
}

function addFiles(hash: Hash, folder: string): void {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
    for (const file of entries) {
        hash.update(file.slice(folder.length)).update(readFileSync(file));
    }
}
