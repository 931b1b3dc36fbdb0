import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import { historyFolder } from "../session/backend.ts";
import type { StackRef } from "../session/project.ts";
import type { ResolvedStack } from "../session/resolve-stack.ts";
import { worksWithCopy } from "../session/settings-source.ts";
import { stackConfig } from "../session/stack-file-text.ts";
import { stackFolder } from "../session/stack-folder.ts";
import { isMapping } from "../../settings/shown.ts";
import type { CliOptions } from "./engine-preview.ts";
import { settingChanges, type Config, type SettingChange } from "./setting-changes.ts";

const updateSchema = v.object({ kind: v.string(), result: v.string() });

/** A record of the managed backend. */
const recordSchema = v.object({ ...updateSchema.entries, config: v.record(v.string(), v.unknown()) });

/** The answer of `pulumi stack history --json`, which has every value as text. */
const historySchema = v.array(
    v.object({
        ...updateSchema.entries,
        config: v.record(
            v.string(),
            v.object({ value: v.optional(v.string()), secret: v.optional(v.boolean()) }),
        ),
    }),
);

function isUp({ kind, result }: v.InferOutput<typeof updateSchema>): boolean {
    return kind === "update" && result === "succeeded";
}

/**
 * The config of the last successful update in the managed backend, undefined if there is none. The backend's files are
 * read, since the CLI would take the engine's time: `pulumi stack history` is a twelfth of a preview.
 *
 * @param folder of the stack's records. Default: where Pulumi's file backend keeps them
 */
export function lastManagedConfig(
    { project, shortName }: StackRef,
    folder: string = historyFolder(project.name, shortName),
): Config | undefined {
    // The names end with the time.
    const names = (existsSync(folder) ? readdirSync(folder) : []).sort().reverse();
    for (const name of names.filter((each) => each.endsWith(".history.json"))) {
        const record = v.safeParse(recordSchema, JSON.parse(readFileSync(join(folder, name), "utf8")));
        if (record.success && isUp(record.output)) {
            return record.output.config;
        }
    }
    return undefined;
}

/** The number of updates among which the last successful one is looked for. */
const listed = "20";

/** The config of the last successful update in any backend, undefined if there is none, or the backend keeps none. */
async function lastConfig(options: CliOptions): Promise<Config | undefined> {
    const { pulumi, folder, stack, environment, interruption, log } = options;
    const args = ["stack", "history", "--stack", stack, "--json", "--page-size", listed];
    try {
        const listeners = { onOutput: undefined, onError: log.write };
        return configIn((await runPulumi(pulumi, args, folder, environment, interruption, listeners)).stdout);
    } catch (error) {
        if (!(error instanceof PulumiFailure)) {
            throw error;
        }
        // A preview does without.
        log.write(error.message);
        return undefined;
    }
}

/** The config of the last successful update that `pulumi stack history --json` lists. */
export function configIn(history: string): Config | undefined {
    const last = v.parse(historySchema, history.trim() === "" ? [] : JSON.parse(history)).find(isUp);
    const entries = Object.entries(last?.config ?? {}).map(([key, { value, secret }]) => [
        key,
        secret === true ? { secure: "" } : value,
    ]);
    return last && Object.fromEntries(entries);
}

/** The settings that changed since the last `up`. */
export interface ChangesSinceUp {
    readonly settings: readonly SettingChange[];
    /** False if another setting may have changed too: one that is encrypted, or all where there is no record. */
    readonly complete: boolean;
}

/** Compares the config of an opened stack with that of its last successful update. */
export async function changesSinceUp(stack: ResolvedStack, cli: CliOptions): Promise<ChangesSinceUp> {
    const { ref, backend, source, config } = stack;
    // The CLI knows no config file outside the folder that it runs in.
    const folder = worksWithCopy(stack) ? stackFolder(ref) : cli.folder;
    const last = backend.managed ? lastManagedConfig(ref) : await lastConfig({ ...cli, folder });
    return changesBetween(last, { ...stackConfig(source), ...config });
}

/**
 * Compares a config with a former one.
 *
 * @param last undefined if it is not known
 */
export function changesBetween(last: Config | undefined, present: Config): ChangesSinceUp {
    if (last === undefined) {
        return { settings: [], complete: false };
    }
    const keys = [...new Set([...Object.keys(last), ...Object.keys(present)])];
    const plain = keys.filter((key) => !isEncrypted(last[key]) && !isEncrypted(present[key]));
    const pick = (config: Config): Config =>
        Object.fromEntries(plain.map((key) => [key, parsed(config[key])]));
    return { settings: settingChanges(pick(last), pick(present)), complete: plain.length === keys.length };
}

/** Pulumi writes an encrypted value as a mapping with the only key `secure`, at any depth. */
function isEncrypted(value: unknown): boolean {
    return isMapping(value)
        ? "secure" in value || Object.values(value).some(isEncrypted)
        : Array.isArray(value) && value.some(isEncrypted);
}

/** Pulumi keeps what a stack file says as text, here and there mappings and lists too: both sides are read alike. */
function parsed(value: unknown): unknown {
    if (typeof value !== "string") {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}
