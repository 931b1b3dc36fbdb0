/**
 * Measures by turns: each task once for warming up, which isn't counted, then all of them in each turn.
 *
 * @param tasks what is measured
 * @param turns how often each is measured
 * @param report takes a line for each turn
 * @returns the results of each task, in the order of the turns
 */
export async function byTurns<const Tasks extends Readonly<Record<string, () => Promise<unknown>>>>(
    tasks: Tasks,
    turns: number,
    report: (line: string) => void,
): Promise<Results<Tasks>[]> {
    const results: Results<Tasks>[] = [];
    for (let turn = 0; turn <= turns; turn++) {
        report(turn === 0 ? "warming up" : `turn ${turn} of ${turns}`);
        const entries: [string, unknown][] = [];
        for (const [name, task] of Object.entries(tasks)) {
            entries.push([name, await task()]);
        }
        if (turn > 0) {
            results.push(Object.fromEntries(entries) as Results<Tasks>);
        }
    }
    return results;
}

/** The results of each task in one turn. */
export type Results<Tasks extends Readonly<Record<string, () => Promise<unknown>>>> = {
    readonly [Name in keyof Tasks]: Awaited<ReturnType<Tasks[Name]>>;
};
