import { setTimeout as sleep } from "node:timers/promises";

/** Does something again and again, with a pause (ms) in between, for as long as some work takes; throws what that throws. */
export async function meanwhile(
    work: () => Promise<unknown>,
    pause: number,
    act: () => Promise<void>,
): Promise<void> {
    const over = new AbortController();
    const ended = work().finally(() => {
        over.abort();
    });
    // Awaited below; until then a failure is nobody's oversight.
    ended.catch(() => undefined);
    while (!over.signal.aborted) {
        await act();
        await sleep(pause);
    }
    await ended;
}
