import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { binariesFolder } from "./binary-folders.ts";

const file = join(binariesFolder, "durations.json");

/** The time that it took to make some programs together. It depends on how much of it was compiled before. */
const duration = v.object({
    names: v.array(v.string()),
    seconds: v.number(),
    /** When it was done. */
    at: v.pipe(v.string(), v.isoTimestamp()),
});

export type Duration = v.InferOutput<typeof duration>;

/** The builds of this cache, the first one first. */
export async function readDurations(): Promise<readonly Duration[]> {
    let text: string;
    try {
        text = await readFile(file, "utf8");
    } catch (thrown) {
        if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") {
            return [];
        }
        throw thrown;
    }
    return v.parse(v.array(duration), JSON.parse(text));
}

/** Adds a build that has just ended. */
export async function recordDuration(names: readonly string[], seconds: number): Promise<void> {
    const durations = [
        ...(await readDurations()),
        { names, seconds: Number(seconds.toFixed(1)), at: new Date().toISOString() },
    ];
    const replacement = `${file}.${String(process.pid)}`;
    await writeFile(replacement, `${JSON.stringify(durations, undefined, 4)}\n`);
    await rename(replacement, file);
}
