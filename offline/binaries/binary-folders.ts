import { createHash, type Hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { cacheFolder } from "../../cli/process/folders.ts";
import { goFlags, goModules, recipes, type BinaryName, type GoModule, type Recipe } from "./recipes.ts";

/** Where all programs that were made are kept, each in a folder of its own. */
export const binariesFolder = join(cacheFolder, "bin");

/** The sources of this folder's Go module: its go.mod, go.sum and own programs. */
export function moduleFolder(module: GoModule): string {
    return join(import.meta.dirname, module);
}

/** The folder of one program as this recipe makes it: another version or recipe has another folder. */
export function binaryFolder(name: BinaryName): string {
    const recipe: Recipe = recipes[name];
    const owner = "beside" in recipe ? recipe.beside : name;
    return join(binariesFolder, `${owner}-${recipe.version}-${recipeKey(name)}`);
}

/** The file of one program, which need not exist yet. */
export function binaryFile(name: BinaryName): string {
    return join(binaryFolder(name), name);
}

/**
 * Twelve hexadecimal digits that change with anything the program is made of, and with the kind of machine. The
 * programs of one Go module share them.
 */
function recipeKey(name: BinaryName): string {
    const recipe: Recipe = recipes[name];
    const machine = [process.platform, process.arch];
    const hash = createHash("sha256");
    if ("module" in recipe) {
        const { module } = recipe;
        const programs = Object.values<Recipe>(recipes).filter(
            (other) => "module" in other && other.module === module,
        );
        hash.update(JSON.stringify([machine, goFlags, goModules[module], programs]));
        addFiles(hash, moduleFolder(module));
    } else {
        hash.update(JSON.stringify([machine, recipe]));
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
