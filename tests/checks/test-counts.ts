/** Numbers of tests that passed and failed. */
export interface TestCounts {
    readonly passed: number;
    readonly failed: number;
}

/** Mocha's summary, and that of Node's own test runner in its two forms. */
const summaries = [
    { passed: /^\s*(\d+) passing\b/m, failed: /^\s*(\d+) failing\b/m },
    { passed: /^[#ℹ] pass (\d+)$/m, failed: /^[#ℹ] fail (\d+)$/m },
];

/**
 * The counts in the summary that a test runner ends its output with; undefined if there is no summary.
 *
 * @param output plain text, without colours
 */
export function readTestCounts(output: string): TestCounts | undefined {
    for (const { passed, failed } of summaries) {
        const count = passed.exec(output)?.[1];
        if (count !== undefined) {
            return { passed: Number(count), failed: Number(failed.exec(output)?.[1] ?? 0) };
        }
    }
    return undefined;
}

/**
 * Counts a finished process: one check as a whole. If it failed, it failed.
 *
 * @param exitCode its exit code, undefined if a signal ended it
 */
export function countWhole(exitCode: number | undefined): TestCounts {
    return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * Counts a finished test runner: its tests. A runner that fails without a failed test, or runs none, counts
 * as a failure.
 *
 * @param exitCode its exit code, undefined if a signal ended it
 * @param output plain text, without colours
 */
export function countTests(exitCode: number | undefined, output: string): TestCounts {
    const { passed, failed } = readTestCounts(output) ?? { passed: 0, failed: 0 };
    const succeeded = exitCode === 0 && passed > 0;
    return { passed, failed: succeeded ? failed : Math.max(failed, 1) };
}

/** The line that ends a run: "12 passed, 0 failed". */
export function closingLine(counts: readonly TestCounts[]): string {
    const passed = counts.reduce((sum, count) => sum + count.passed, 0);
    const failed = counts.reduce((sum, count) => sum + count.failed, 0);
    return `${passed} passed, ${failed} failed`;
}
