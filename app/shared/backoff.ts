/**
 * Computes the wait before the next try: doubling from 100 ms to 3 s, with a random part
 * so that many clients of one service that came back don't all arrive at once.
 *
 * @param failures how many tries in a row have failed, from 0
 * @returns milliseconds
 */
export function backoff(failures: number): number {
    const longest = Math.min(100 * 2 ** failures, 3000);
    return longest / 2 + (Math.random() * longest) / 2;
}
