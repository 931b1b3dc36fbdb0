import * as v from "valibot";

/** The summary of several measurements of one thing. */
export const spreadSchema = v.object({ median: v.number(), min: v.number(), max: v.number() });

export type Spread = Readonly<v.InferOutput<typeof spreadSchema>>;

/** @throws RangeError if there is nothing to sum up */
export function spreadOf(values: readonly number[]): Spread {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
    const [min, max] = [sorted[0], sorted.at(-1)];
    if (low === undefined || high === undefined || min === undefined || max === undefined) {
        throw new RangeError("Nothing was measured.");
    }
    return { median: rounded((low + high) / 2), min: rounded(min), max: rounded(max) };
}

/**
 * The ratio of two things that were measured by turns: of each turn its own, so that a machine that is busy for a
 * while distorts both sides alike.
 *
 * @throws RangeError if there are not as many of the one as of the other
 */
export function ratioOf(numerators: readonly number[], denominators: readonly number[]): Spread {
    if (numerators.length !== denominators.length) {
        throw new RangeError("Both sides of a ratio are measured equally often.");
    }
    return spreadOf(numerators.map((numerator, turn) => numerator / (denominators[turn] ?? Number.NaN)));
}

/** Four digits say more than any machine repeats. */
function rounded(value: number): number {
    return Number(value.toPrecision(4));
}
