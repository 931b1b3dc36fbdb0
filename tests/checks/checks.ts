/** One of the parts of `npm test`: a process, and what it counts for. */
export interface Check {
    readonly title: string;
    readonly command: string;
    readonly args: readonly string[];
    /** True if it runs tests, which are counted one by one; otherwise it is one check as a whole. */
    readonly hasTests: boolean;
}

/** The parts, those that take longest first, so that the cores are busy to the end. */
export const checks: readonly Check[] = [
    { title: "Unit tests and golden manifests", command: "mocha", args: [], hasTests: true },
    { title: "Lint", command: "eslint", args: ["."], hasTests: false },
    { title: "Types", command: "tsc", args: ["--project", "."], hasTests: false },
    {
        title: "Types and lint of the sample application",
        command: "npm",
        args: ["run", "check", "--prefix", "app", "--silent"],
        hasTests: false,
    },
    { title: "Format", command: "prettier", args: ["--check", "--log-level=warn", "."], hasTests: false },
    {
        title: "Unit tests of the sample application",
        command: "npm",
        args: ["test", "--prefix", "app", "--silent"],
        hasTests: true,
    },
];
