/** The n-th Fibonacci number, exactly: F(0) = 0, F(1) = 1. Takes n additions of ever longer numbers. */
export function fibonacci(n: number): bigint {
    let current = 0n;
    let next = 1n;
    for (let index = 0; index < n; index += 1) {
        [current, next] = [next, current + next];
    }
    return current;
}
