import { distance } from "fastest-levenshtein";

/** Finds which of the known names was probably meant; `undefined` when none is near. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
    // Nobody types that much by mistake, and the comparison's cost grows with the product of the lengths.
    const candidates = typed.length > 100 ? [] : known;
    return candidates
        .filter((name) => {
            const changes = distance(typed.toLowerCase(), name.toLowerCase());
            // Further off, a name is another word rather than a slip. Two: letters are often swapped.
            const most = Math.max(2, Math.floor(name.length / 3));
            return changes <= most && changes < Math.min(typed.length, name.length);
        })
        .toSorted((a, b) => distance(typed, a) - distance(typed, b))
        .at(0);
}
