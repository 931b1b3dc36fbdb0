import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import * as v from "valibot";

import { resultsSchema, type Results } from "./results-schema.ts";
import { describeResults } from "./table.ts";

const file = (name: string): string => join(import.meta.dirname, name);

/** Reads the results of earlier measurements. */
export async function readResults(): Promise<Results> {
    return existsSync(file("results.json"))
        ? v.parse(resultsSchema, JSON.parse(await readFile(file("results.json"), "utf8")))
        : { rows: [], offline: [], tests: [] };
}

/** Stores results for programs (`results.json`) and for people (`results.md`). */
export async function writeResults(results: Results): Promise<void> {
    await writeFile(file("results.json"), `${JSON.stringify(results, undefined, 4)}\n`);
    await writeFile(file("results.md"), await format(describeResults(results), { parser: "markdown" }));
}
