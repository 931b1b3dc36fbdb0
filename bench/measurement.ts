import { load, thisMachine } from "./machine.ts";
import type { Part, Row } from "./results-schema.ts";
import { spreadOf } from "./statistics.ts";
import type { BenchEnvironment } from "./environment.ts";

/** Something that is measured together. */
export interface Measurement {
    /** The rows of the table that it gives, by their IDs. */
    readonly rows: readonly string[];
    measure(bench: BenchEnvironment, turns: number): Promise<Measured>;
}

export interface Measured {
    readonly rows: readonly Row[];
}

/** Returns the facts that every row states about its measurement; to be called when that begins. */
export function describeRow(turns: number): Pick<Row, "turns" | "load" | "machine"> {
    return { turns, load: load(), machine: thisMachine() };
}

export function part(name: string, unit: Part["unit"], values: readonly number[]): Part {
    return { name, unit, ...spreadOf(values) };
}
