import * as v from "valibot";

import { machineSchema } from "./machine.ts";
import { spreadSchema } from "./statistics.ts";

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
    /** The greatest figure that is aimed at, where there is an aim. */
    target: v.optional(v.number()),
    /** The figure: a ratio, unless it has a unit. */
    figure: spreadSchema,
    unit: v.optional(v.literal("s")),
    parts: v.array(partSchema),
    turns: v.number(),
    /** The system's load average over the minute before. */
    load: v.number(),
    machine: machineSchema,
});

/** Durations of the offline path's pieces when nothing was in any cache. */
const pieceSchema = v.object({ names: v.array(v.string()), seconds: v.number() });

/** The latest time of a part of the tests that has passed, and the day. */
const testSchema = v.object({ name: v.string(), seconds: v.number(), day: v.string() });

export const resultsSchema = v.object({
    rows: v.array(rowSchema),
    offline: v.array(pieceSchema),
    tests: v.optional(v.array(testSchema), []),
});

export type Part = Readonly<v.InferOutput<typeof partSchema>>;
export type Row = Readonly<v.InferOutput<typeof rowSchema>>;
export type Piece = Readonly<v.InferOutput<typeof pieceSchema>>;
export type Results = Readonly<v.InferOutput<typeof resultsSchema>>;
