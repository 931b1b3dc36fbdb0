/** How many tests passed and failed. */
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
 * What a finished part counts for. A part that failed counts at least one failure, however it says so, and one that
 * is made of tests has to have run some.
 *
 * @param exitCode the exit code of its process
 * @param counts its tests, undefined for what is one check as a whole
 */
export function judge(exitCode: number | undefined, counts: TestCounts | undefined): TestCounts {
    if (exitCode === 0) {
        return counts ?? { passed: 1, failed: 0 };
    }
    return { passed: counts?.passed ?? 0, failed: Math.max(counts?.failed ?? 0, 1) };
}

/** The line that ends a run: "12 passed, 0 failed". */
export function closingLine(counts: readonly TestCounts[]): string {
    const passed = counts.reduce((sum, count) => sum + count.passed, 0);
    const failed = counts.reduce((sum, count) => sum + count.failed, 0);
    return `${passed} passed, ${failed} failed`;
}
