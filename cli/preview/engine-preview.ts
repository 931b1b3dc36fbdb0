import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import type { Interruption } from "../terminal/interruption.ts";
import type { Log } from "../terminal/log-file.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import { providerWasSlow } from "../pulumi/pulumi-failure.ts";
import { UpdateProgress } from "../pulumi/update-progress.ts";
import type { ResourceChange } from "./change.ts";
import { EngineChanges } from "./engine-changes.ts";

/** What the engine's preview is run with. */
export interface EnginePreviewOptions {
    /** The CLI. */
    readonly pulumi: string;
    /** Where the program is. */
    readonly folder: string;
    readonly stack: string;
    /** The whole environment of the CLI. */
    readonly environment: Readonly<Record<string, string>>;
    /** Where to keep the plan. Default: nowhere. */
    readonly plan?: string | undefined;
    /** Whether the state is compared with the cluster first. Default: no. */
    readonly refresh?: boolean | undefined;
    readonly interruption: Interruption;
    readonly log: Log;
}

/** What came of one run of the engine's preview. */
export interface EngineRun {
    readonly changes: readonly ResourceChange[];
    readonly errors: readonly string[];
    /** What it failed with, undefined if it didn't. */
    readonly failure: unknown;
}

/** Has the engine say what it would do; once more where a provider was slow to start. */
export async function runEnginePreview(options: EnginePreviewOptions): Promise<EngineRun> {
    const first = await runOnce(options);
    return providerWasSlow(first.failure) ? await runOnce(options) : first;
}

async function runOnce(options: EnginePreviewOptions): Promise<EngineRun> {
    const changes = new EngineChanges();
    const progress = new UpdateProgress();
    const failure: unknown = await enginePreview(options, (event) => {
        changes.take(event);
        progress.take(event);
    }).catch((error: unknown) => error);
    return { changes: changes.changes(), errors: progress.errors, failure };
}

/**
 * Runs `pulumi preview` and hands over the engine's events once it has ended. The CLI itself is run, and not the Automation
 * API, which would select the stack first and ask for the version: two processes more, and a second of loading.
 *
 * @param take is given each event, also those of a preview that fails
 * @throws PulumiFailure if the preview fails
 */
async function enginePreview(
    { pulumi, folder, stack, environment, plan, refresh, interruption, log }: EnginePreviewOptions,
    take: (event: EngineEvent) => void,
): Promise<void> {
    const own = await mkdtemp(join(tmpdir(), "multitier-preview-"));
    const events = join(own, "events.jsonl");
    const args = [
        ...["preview", "--stack", stack, "--message", "npm run preview"],
        ...["--color", "never", "--suppress-progress", "--event-log", events],
        ...(plan === undefined ? [] : ["--save-plan", plan]),
        ...(refresh === true ? ["--refresh"] : []),
    ];
    // The option --event-log is one of those for debugging.
    const debugging = { ...environment, PULUMI_DEBUG_COMMANDS: "true" };
    try {
        await runPulumi(pulumi, args, folder, debugging, interruption, {
            onOutput: log.write,
            onError: log.write,
        });
    } finally {
        const text = existsSync(events) ? await readFile(events, "utf8") : "";
        await rm(own, { recursive: true });
        for (const line of text.split("\n").filter((each) => each !== "")) {
            take(JSON.parse(line) as EngineEvent);
        }
    }
}
