import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { run } from "../cli/process/run.ts";
import type { Program } from "./program.ts";
import type { BenchEnvironment } from "./environment.ts";

/** One run of the Pulumi CLI. */
export interface PulumiRun {
    /** From the start of the CLI to its end. */
    readonly seconds: number;
    /** The most memory that the program's node process had, in megabytes. */
    readonly peakMemory: number;
    /** The output of the CLI. */
    readonly output: string;
}

/** Runs the CLI on a program's stack. */
export async function pulumi(
    bench: BenchEnvironment,
    { folder, stack }: Program,
    args: readonly string[],
): Promise<PulumiRun> {
    const { pulumi, environment, signal } = bench;
    const own = ["--cwd", folder, "--stack", stack, "--non-interactive", "--color", "never"];
    const start = performance.now();
    const output = await run(pulumi, [...args, ...own], { environment, signal });
    const seconds = (performance.now() - start) / 1000;
    return { seconds, peakMemory: await takePeakMemory(bench), output };
}

/** `pulumi preview` */
export async function preview(bench: BenchEnvironment, program: Program): Promise<PulumiRun> {
    return pulumi(bench, program, ["preview"]);
}

/** `pulumi up`, without the preview before it, as `npm run up` does it. */
export async function up(bench: BenchEnvironment, program: Program): Promise<PulumiRun> {
    return pulumi(bench, program, ["up", "--yes", "--skip-preview"]);
}

async function takePeakMemory({ folder }: BenchEnvironment): Promise<number> {
    const peaks = join(folder, "peaks");
    const files = await readdir(peaks);
    const kilobytes = await Promise.all(
        files.map(async (file) => Number(await readFile(join(peaks, file), "utf8"))),
    );
    await Promise.all(files.map((file) => rm(join(peaks, file))));
    return Math.max(0, ...kilobytes) / 1024;
}
