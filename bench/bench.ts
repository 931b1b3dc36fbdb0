import { Command, InvalidArgumentError, Option } from "commander";

import { CommandFailure, Interrupted, messageOf } from "../cli/terminal/failure.ts";
import { listenForInterruption } from "../cli/terminal/interruption.ts";
import { parseArguments } from "../cli/terminal/npm-options.ts";
import { creation } from "./creation.ts";
import { load } from "./machine.ts";
import type { Measured, Measurement } from "./measurement.ts";
import { noChange } from "./no-change.ts";
import { previews } from "./previews.ts";
import { ownCluster } from "./own-cluster.ts";
import { pullRequest } from "./pull-request.ts";
import { offlinePieces } from "./offline-pieces.ts";
import { readTestDurations } from "../tests/checks/durations.ts";
import { readResults, writeResults } from "./results.ts";
import type { Results } from "./results-schema.ts";
import { describeResults } from "./table.ts";
import { withBenchEnvironment } from "./environment.ts";

const measurements: readonly Measurement[] = [previews, noChange, creation, pullRequest, ownCluster];
/** Stands for the tables that need no measurement. */
const notedOnly = "durations";

const rowIds = measurements.flatMap(({ rows }) => rows);

function report(line: string): void {
    process.stderr.write(`${line}\n`);
}

function turnsOf(text: string): number {
    const turns = Number(text);
    if (!Number.isInteger(turns) || turns < 1) {
        throw new InvalidArgumentError("It is how often each thing is measured: 5, for example.");
    }
    return turns;
}

/** Puts the measured rows in the place of the former ones. */
function withMeasured(results: Results, measured: Measured): Results {
    const rows = new Map([...results.rows, ...measured.rows].map((row) => [row.id, row]));
    return {
        ...results,
        rows: rowIds.flatMap((id) => rows.get(id) ?? []),
    };
}

/** Takes over what this machine has noted while it made the offline path's pieces, and while it ran the tests. */
async function withDurations(results: Results): Promise<Results> {
    const [offline, tests] = [await offlinePieces(), await readTestDurations()];
    return {
        ...results,
        ...(offline.length > 0 && { offline: [...offline] }),
        ...(tests.length > 0 && { tests: [...tests] }),
    };
}

async function measure(chosen: readonly Measurement[], turns: number, signal: AbortSignal): Promise<void> {
    let results = await withDurations(await readResults());
    await writeResults(results);
    if (chosen.length === 0) {
        return;
    }
    report(`The load is ${load()}; the quieter the machine, the better the figures.`);
    await withBenchEnvironment(signal, report, async (bench) => {
        for (const measurement of chosen) {
            report(`Measuring: ${measurement.rows.join(", ")}`);
            results = withMeasured(results, await measurement.measure(bench, turns));
            await writeResults(results);
        }
    });
    process.stdout.write(`\n${describeResults(results)}`);
}

const program = new Command("npm run bench")
    .usage("-- [options]")
    .description("Measures the dev stack beside what it is compared with, and stores the figures in bench/.")
    .option("--runs <number>", "how often each thing is measured", turnsOf, 5)
    .addOption(
        new Option("--only <row>", "measure what gives this row of the table").choices([
            ...rowIds,
            notedOnly,
        ]),
    );
await parseArguments(program, "bench", process.argv.slice(2));
const { runs, only } = program.opts<{ runs: number; only?: string }>();

const interruption = listenForInterruption(() => {
    report("Stopping; what was made is removed first.");
});
try {
    const chosen = measurements.filter(({ rows }) => only === undefined || rows.includes(only));
    await measure(chosen, runs, interruption.requested);
} catch (error) {
    if (interruption.requested.aborted || error instanceof Interrupted) {
        process.exitCode = interruption.exitCode() ?? 130;
    } else {
        report(`✖ ${messageOf(error)}`);
        if (error instanceof CommandFailure && error.remedy !== "") {
            report(`  ${error.remedy}`);
        }
        process.exitCode = 1;
    }
} finally {
    interruption.stopListening();
}
