import assert from "node:assert/strict";
import { test } from "node:test";
import { LARGEST_NUMBER } from "../../server/submission.ts";
import { fibonacci } from "../../worker/fibonacci.ts";

test("the first Fibonacci numbers", () => {
    assert.deepEqual(
        Array.from({ length: 11 }, (_, n) => fibonacci(n)),
        [0n, 1n, 1n, 2n, 3n, 5n, 8n, 13n, 21n, 34n, 55n],
    );
});

test("a Fibonacci number beyond what a double holds exactly", () => {
    assert.equal(fibonacci(100), 354224848179261915075n);
});

test("neighbours of the largest number satisfy Cassini's identity", () => {
    const n = LARGEST_NUMBER;
    assert.equal(fibonacci(n - 1) * fibonacci(n + 1) - fibonacci(n) ** 2n, n % 2 === 0 ? 1n : -1n);
});

test("the largest result fits the column it is stored in", () => {
    assert.equal(fibonacci(LARGEST_NUMBER).toString().length, 2090);
});
