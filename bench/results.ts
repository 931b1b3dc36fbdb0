import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import * as v from "valibot";

import { drawCurve } from "./curve.ts";
import { machineSchema } from "./machine.ts";
import { spreadSchema } from "./statistics.ts";
import { describeResults } from "./table.ts";

/** One side of a ratio, or what stands beside it. */
const partSchema = v.object({
    name: v.string(),
    unit: v.picklist(["s", "ms", "MB"]),
    ...spreadSchema.entries,
});

/** One thing that was measured. */
const rowSchema = v.object({
    id: v.string(),
    title: v.string(),
    /** What the ratio shall be at most, where there is an aim. */
    target: v.optional(v.number()),
    ratio: spreadSchema,
    parts: v.array(partSchema),
    turns: v.number(),
    /** The system's load average over the minute before. */
    load: v.number(),
    machine: machineSchema,
});

/** The time that a preview of so many resources takes, in seconds. */
const pointSchema = v.object({ tiers: v.number(), resources: v.number(), ...spreadSchema.entries });

/** How long pieces of the offline path took when nothing was in any cache. */
const pieceSchema = v.object({ names: v.array(v.string()), seconds: v.number() });

const resultsSchema = v.object({
    rows: v.array(rowSchema),
    curve: v.array(pointSchema),
    offline: v.array(pieceSchema),
});

export type Part = Readonly<v.InferOutput<typeof partSchema>>;
export type Row = Readonly<v.InferOutput<typeof rowSchema>>;
export type Point = Readonly<v.InferOutput<typeof pointSchema>>;
export type Piece = Readonly<v.InferOutput<typeof pieceSchema>>;
export type Results = Readonly<v.InferOutput<typeof resultsSchema>>;

const file = (name: string): string => join(import.meta.dirname, name);

/** What was measured before. */
export async function readResults(): Promise<Results> {
    return existsSync(file("results.json"))
        ? v.parse(resultsSchema, JSON.parse(await readFile(file("results.json"), "utf8")))
        : { rows: [], curve: [], offline: [] };
}

/** Stores results for programs (`results.json`) and for people (`results.md`, `curve.svg`). */
export async function writeResults(results: Results): Promise<void> {
    await writeFile(file("results.json"), `${JSON.stringify(results, undefined, 4)}\n`);
    await writeFile(file("results.md"), await format(describeResults(results), { parser: "markdown" }));
    if (results.curve.length > 0) {
        await writeFile(file("curve.svg"), drawCurve(results.curve));
    }
}
