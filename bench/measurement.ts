import { load, thisMachine } from "./machine.ts";
import type { Part, Point, Row } from "./results.ts";
import { spreadOf } from "./statistics.ts";
import type { Workplace } from "./workplace.ts";

/** Something that is measured together. */
export interface Measurement {
    /** The rows of the table that it gives, by their IDs. */
    readonly rows: readonly string[];
    measure(workplace: Workplace, turns: number): Promise<Measured>;
}

export interface Measured {
    readonly rows: readonly Row[];
    /** Replaces the curve of larger systems, if given. */
    readonly curve?: readonly Point[];
}

/** What every row says about its measurement; to be called when that begins. */
export function describeRow(turns: number): Pick<Row, "turns" | "load" | "machine"> {
    return { turns, load: load(), machine: thisMachine() };
}

export function part(name: string, unit: Part["unit"], values: readonly number[]): Part {
    return { name, unit, ...spreadOf(values) };
}
