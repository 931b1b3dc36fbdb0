import { setTimeout as sleep } from "node:timers/promises";

/** Interval between two looks, in ms. */
const interval = 300;

/**
 * Waits until there is what is waited for.
 *
 * @param what completes "waiting for …"
 * @param seconds the deadline
 * @param look returns what is waited for, or undefined as long as there is nothing; what it throws counts as nothing
 * @throws Error after the deadline, with what was thrown last as its cause
 */
export async function eventually<Found>(
    what: string,
    seconds: number,
    look: () => Promise<Found | undefined>,
): Promise<Found> {
    const deadline = performance.now() + seconds * 1000;
    let last: unknown;
    for (;;) {
        try {
            const found = await look();
            if (found !== undefined) {
                return found;
            }
        } catch (error) {
            last = error;
        }
        if (performance.now() > deadline) {
            throw new Error(`Still waiting for ${what} after ${seconds} s`, { cause: last });
        }
        await sleep(interval);
    }
}
