/** The time that each part of the suite takes, from the start of its first tests to the end of its last. */
export class PartTimes {
    readonly #root: Mocha.Suite;
    readonly #partOf = new Map<Mocha.Suite, string>();
    readonly #seconds = new Map<string, number>();

    constructor(root: Mocha.Suite) {
        this.#root = root;
    }

    /** Loads the tests of a part. */
    async load(part: string, load: () => Promise<unknown>): Promise<void> {
        const before = this.#root.suites.length;
        await load();
        for (const suite of this.#root.suites.slice(before)) {
            this.#partOf.set(suite, part);
        }
    }

    /** Measures the parts while they run. */
    follow(runner: Mocha.Runner): void {
        let started = 0;
        runner.on("suite", (suite) => {
            if (this.#partOf.has(suite)) {
                started = performance.now();
            }
        });
        runner.on("suite end", (suite) => {
            const part = this.#partOf.get(suite);
            if (part !== undefined) {
                const seconds = (performance.now() - started) / 1000;
                this.#seconds.set(part, (this.#seconds.get(part) ?? 0) + seconds);
            }
        });
    }

    /** Keeps the times, for the table of bench/. */
    async record(machine: string): Promise<void> {
        // Not before: the folders that it reads are those of the variables when it is loaded, which the suite sets first.
        const { recordTestDuration } = await import("../checks/durations.ts");
        for (const [part, seconds] of this.#seconds) {
            await recordTestDuration(`${machine}: ${part}`, seconds);
        }
    }
}
