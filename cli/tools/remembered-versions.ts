import {
    closeSync,
    mkdirSync,
    openSync,
    readFileSync,
    readSync,
    realpathSync,
    renameSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import * as v from "valibot";

import { cacheFolder } from "../process/folders.ts";

/** The versions of programs outside the cache, each by the state of its file. */
const rememberedSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/** The file in which versions are remembered. */
const rememberedFile = join(cacheFolder, "versions-on-path.json");

/**
 * Asks a program for its version once for each state of its file: the question takes as long as all else that a preview
 * does before the engine starts. An answer that is none is not remembered, nor that of a launcher.
 */
export async function rememberVersion(
    path: string,
    ask: () => Promise<string | undefined>,
    file = rememberedFile,
): Promise<string | undefined> {
    if (!isProgramItself(path)) {
        return await ask();
    }
    const remembered = readVersions(file);
    const key = stateOf(path);
    const known = remembered[key];
    if (known !== undefined) {
        return known;
    }
    const version = await ask();
    if (version !== undefined) {
        const others = Object.entries(remembered).filter(([other]) => !other.startsWith(prefixOf(path)));
        writeVersions(file, { ...Object.fromEntries(others), [key]: version });
    }
    return version;
}

/** False for a launcher of version managers (asdf, mise): a script, or a link to the manager. It starts now this, now that. */
function isProgramItself(path: string): boolean {
    return basename(realpathSync(path)) === basename(path) && !startsWith(path, "#!");
}

function startsWith(path: string, beginning: string): boolean {
    const file = openSync(path, "r");
    try {
        const buffer = Buffer.alloc(beginning.length);
        readSync(file, buffer);
        return buffer.toString("latin1") === beginning;
    } finally {
        closeSync(file);
    }
}

/** A replaced or updated program has another size or another time. */
function stateOf(path: string): string {
    const { size, mtimeMs, ino } = statSync(path);
    return `${prefixOf(path)}${size} ${mtimeMs} ${ino}`;
}

function prefixOf(path: string): string {
    return `${realpathSync(path)} `;
}

function readVersions(file: string): Record<string, string> {
    try {
        const { success, output } = v.safeParse(rememberedSchema, readFileSync(file, "utf8"));
        return success ? output : {};
    } catch {
        // There is none yet, or it can't be read: the program is asked.
        return {};
    }
}

function writeVersions(file: string, versions: Readonly<Record<string, string>>): void {
    const part = `${file}.${process.pid}`;
    try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(part, JSON.stringify(versions));
        renameSync(part, file);
    } catch {
        // What can't be kept costs the next command a question, and nothing else.
    }
}
