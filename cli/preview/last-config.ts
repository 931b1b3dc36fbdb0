import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import { historyFolder } from "../session/backend.ts";
import type { ResolvedStack } from "../session/resolve-stack.ts";
import { worksWithCopy } from "../session/settings-source.ts";
import { stackConfig } from "../session/stack-file-text.ts";
import { stackFolder } from "../session/stack-folder.ts";
import { isMapping } from "../../settings/shown.ts";
import type { CliOptions } from "./engine-preview.ts";
import { settingChanges, type Config, type SettingChange } from "./setting-changes.ts";

/** The number of updates among which the last successful one is looked for. */
const listed = 20;

function updateSchema<Value extends v.GenericSchema>(value: Value) {
    return v.object({ kind: v.string(), result: v.string(), config: v.record(v.string(), value) });
}

/** A record of a backend of files. */
const recordSchema = v.pipe(v.string(), v.parseJson(), updateSchema(v.unknown()));

/** The answer of `pulumi stack history --json`, which has every value as text. */
const historySchema = v.pipe(
    v.string(),
    v.parseJson(),
    v.array(
        updateSchema(
            v.pipe(
                v.object({ value: v.optional(v.string()), secret: v.optional(v.boolean()) }),
                v.transform(({ value, secret }) => (secret === true ? { secure: "" } : value)),
            ),
        ),
    ),
);

/** An update of a stack, with its config as Pulumi has it in the stack's file. */
type Update = v.InferOutput<typeof recordSchema>;

/**
 * The last updates in a backend of files, the latest first. The files are read, since the CLI would take the engine's
 * time: `pulumi stack history` is a twelfth of a preview. None where they are of another layout, or compressed.
 *
 * @param folder of the stack's records
 */
export function recordedUpdates(folder: string): Update[] {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
        .filter((name) => name.endsWith(".history.json"))
        .sort() // The names end with the time.
        .reverse()
        .slice(0, listed)
        .map((name) => v.safeParse(recordSchema, readFileSync(join(folder, name), "utf8")))
        .flatMap(({ success, output }) => (success ? output : []));
}

/** The last updates in any backend, the latest first; none where it keeps none. */
async function listedUpdates({ pulumi, folder, stack, ...context }: CliOptions): Promise<Update[]> {
    const { environment, interruption, log } = context;
    const args = ["stack", "history", "--stack", stack, "--json", "--page-size", String(listed)];
    try {
        const listeners = { onOutput: undefined, onError: log.write };
        const outcome = await runPulumi(pulumi, args, folder, environment, interruption, listeners);
        return updatesIn(outcome.stdout);
    } catch (error) {
        if (!(error instanceof PulumiFailure)) {
            throw error;
        }
        // A preview does without.
        log.write(error.message);
        return [];
    }
}

/** The updates that `pulumi stack history --json` writes. */
export function updatesIn(history: string): Update[] {
    return history.trim() === "" ? [] : v.parse(historySchema, history);
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
    const recorded =
        backend.folder === undefined
            ? []
            : recordedUpdates(historyFolder(backend.folder, ref.project.name, ref.shortName));
    const updates =
        recorded.length > 0 || backend.managed
            ? recorded
            : // The CLI knows no config file outside the folder that it runs in.
              await listedUpdates({ ...cli, folder: worksWithCopy(stack) ? stackFolder(ref) : cli.folder });
    return changesBetween(updates, { ...stackConfig(source), ...config });
}

/** Compares a config with that of the last successful one of some updates. */
export function changesBetween(updates: readonly Update[], present: Config): ChangesSinceUp {
    const last = updates.find(({ kind, result }) => kind === "update" && result === "succeeded")?.config;
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
