import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { messageOf } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { Log } from "../terminal/log-file.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import { providerWasSlow } from "../pulumi/pulumi-failure.ts";
import { UpdateProgress } from "../pulumi/update-progress.ts";
import type { ResourceChange } from "./change.ts";
import { EngineChanges } from "./engine-changes.ts";
import { parseEvents, type PreviewEvent } from "./engine-event.ts";

/** The arguments of a run of the CLI. */
export interface CliOptions {
    /** The CLI. */
    readonly pulumi: string;
    /** A folder with the project's `Pulumi.yaml`. */
    readonly folder: string;
    readonly stack: string;
    /** The whole environment of the CLI. */
    readonly environment: Readonly<Record<string, string>>;
    readonly interruption: Interruption;
    readonly log: Log;
}

/** The arguments of {@link runEnginePreview}. */
export interface EnginePreviewOptions extends CliOptions {
    /** The file to keep the plan in. Default: none. */
    readonly plan?: string | undefined;
    /** True if the state is compared with the cluster first. Default: false. */
    readonly refresh?: boolean | undefined;
    /** True if that is done with the providers as the program has them, not the state. Default: false. */
    readonly renamed?: boolean | undefined;
    /** The URNs of the only resources that are looked at. Default: all. */
    readonly targets?: readonly string[] | undefined;
}

/** The result of one run of the engine's preview. */
export interface EngineRun {
    readonly changes: readonly ResourceChange[];
    /** True if an update would change nothing: no resource, no component, no output of the stack. */
    readonly changesNothing: boolean;
    /** The outcome in a few words: "no changes (42 resources)". */
    readonly summary: string;
    readonly errors: readonly string[];
    /** The error that it failed with, undefined if it didn't. */
    readonly failure: unknown;
}

/** Runs the engine's preview, and once more where a provider was slow to start. */
export async function runEnginePreview(options: EnginePreviewOptions): Promise<EngineRun> {
    const first = await runOnce(options);
    return providerWasSlow(first.failure) ? await runOnce(options) : first;
}

/**
 * Runs `pulumi preview` and reads the engine's events once it has ended, also those of a preview that fails. The CLI
 * itself is run, and not the Automation API, which would select the stack first and ask for the version: two processes
 * more, and a second of loading.
 */
async function runOnce(options: EnginePreviewOptions): Promise<EngineRun> {
    const { pulumi, folder, stack, environment, plan, refresh, renamed, targets, interruption, log } =
        options;
    const own = await mkdtemp(join(tmpdir(), "multitier-preview-"));
    const events = join(own, "events.jsonl");
    const args = [
        ...["preview", "--stack", stack, "--message", "npm run preview"],
        ...["--color", "never", "--suppress-progress", "--event-log", events],
        ...(plan === undefined ? [] : ["--save-plan", plan]),
        ...(refresh === true ? ["--refresh"] : []),
        ...(refresh === true && renamed === true ? ["--run-program"] : []),
        ...(targets ?? []).flatMap((urn) => ["--target", urn]),
    ];
    // The option --event-log is one of those for debugging.
    const debugging = { ...environment, PULUMI_DEBUG_COMMANDS: "true" };
    const listeners = { onOutput: log.write, onError: log.write };
    const changes = new EngineChanges();
    const progress = new UpdateProgress();
    let changesNothing = false;
    let failure: unknown;
    try {
        await runPulumi(pulumi, args, folder, debugging, interruption, listeners);
    } catch (error) {
        failure = error;
    }
    try {
        const told = parseEvents(existsSync(events) ? await readFile(events, "utf8") : "");
        for (const event of told) {
            changes.take(event);
            progress.take(event);
        }
        changesNothing = failure === undefined && tellsOfNoChange(told);
    } catch (unread) {
        // The CLI's own failure says more than its last event, which it may have left unfinished.
        log.write(messageOf(unread));
        failure ??= unread;
    }
    await rm(own, { recursive: true });
    const summary = progress.summary();
    return { changes: changes.changes(), changesNothing, summary, errors: progress.errors, failure };
}

/** Tells if the events of a preview that succeeded are those of an update that changes nothing. */
export function tellsOfNoChange(events: readonly PreviewEvent[]): boolean {
    const summaries = events.flatMap(({ summaryEvent }) => summaryEvent ?? []);
    const stackOutputs = events
        .flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? [])
        .filter(({ urn }) => urn.includes("::pulumi:pulumi:Stack::"));
    return (
        summaries.length === 1 &&
        summaries.every(({ resourceChanges }) => Object.keys(resourceChanges).join() === "same") &&
        stackOutputs.length > 0 &&
        stackOutputs.every(({ old, new: next }) => isDeepStrictEqual(old?.outputs, next?.outputs))
    );
}
