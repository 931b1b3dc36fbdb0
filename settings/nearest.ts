import { distance } from "fastest-levenshtein";

/** Further off than this, a name is another word rather than a slip. Two: letters are often swapped. */
function isNear(typed: string, known: string): boolean {
    const changes = distance(typed.toLowerCase(), known.toLowerCase());
    return (
        changes <= Math.max(2, Math.floor(known.length / 3)) && changes < Math.min(typed.length, known.length)
    );
}

/** Which of the known names was probably meant; `undefined` when none is near. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
    // Nobody types that much by mistake, and the comparison's cost grows with the product of the lengths.
    if (typed.length > 100) {
        return undefined;
    }
    return known
        .filter((name) => isNear(typed, name))
        .toSorted((a, b) => distance(typed, a) - distance(typed, b))
        .at(0);
}
