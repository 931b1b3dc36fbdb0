import { readDurations } from "../offline/binaries/durations.ts";
import type { Piece } from "./results-schema.ts";

/**
 * Lists the pieces that the offline path has made on this machine, each with the longest time that it ever took: that
 * was with the emptiest cache.
 */
export async function offlinePieces(): Promise<readonly Piece[]> {
    const longest = new Map<string, Piece>();
    for (const { names, seconds } of await readDurations()) {
        const sorted = names.toSorted();
        const key = sorted.join(" ");
        if (seconds > (longest.get(key)?.seconds ?? 0)) {
            longest.set(key, { names: sorted, seconds });
        }
    }
    return [...longest.values()].toSorted((a, b) => b.seconds - a.seconds);
}
