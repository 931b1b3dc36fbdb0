import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { cacheFolder } from "../../cli/process/folders.ts";

/** A line for each part of the tests that has passed: its name, seconds, and when. `.ci/run` adds its own. */
const file = join(cacheFolder, "test-durations.tsv");

/** The time that a part of the tests took on this machine when it last passed. */
export interface TestDuration {
    readonly name: string;
    readonly seconds: number;
    /** The day, as 2026-01-31. */
    readonly day: string;
}

/** Adds a part that has just passed. */
export async function recordTestDuration(name: string, seconds: number): Promise<void> {
    await mkdir(cacheFolder, { recursive: true });
    await appendFile(file, `${name}\t${Math.round(seconds)}\t${new Date().toISOString().slice(0, 10)}\n`);
}

/** The latest time of each part, in the order in which they first passed. */
export async function readTestDurations(): Promise<readonly TestDuration[]> {
    return existsSync(file) ? parseTestDurations(await readFile(file, "utf8")) : [];
}

/** Reads the lines; one that a kill has cut off is left out. */
export function parseTestDurations(text: string): TestDuration[] {
    const latest = new Map<string, TestDuration>();
    for (const [, name = "", seconds, day = ""] of text.matchAll(
        /^([^\t\n]+)\t(\d+)\t(\d{4}-\d\d-\d\d)$/gm,
    )) {
        latest.set(name, { name, seconds: Number(seconds), day });
    }
    return [...latest.values()];
}
