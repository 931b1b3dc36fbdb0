import * as v from "valibot";

import { isMapping } from "./change.ts";
import { settingChanges, type Config, type SettingChange } from "./setting-changes.ts";

const historySchema = v.array(
    v.object({
        kind: v.string(),
        result: v.string(),
        config: v.record(
            v.string(),
            v.object({ value: v.optional(v.string()), secret: v.optional(v.boolean()) }),
        ),
    }),
);

/** The settings that changed since the last `up`. */
export interface ChangesSinceUp {
    readonly settings: readonly SettingChange[];
    /** False if another setting may have changed too: one that is encrypted, or all where there is no record. */
    readonly complete: boolean;
}

/**
 * Compares a config with that of the last successful update.
 *
 * @param history the JSON of `pulumi stack history`; empty where there is none
 */
export function changesSinceUp(history: string, present: Config): ChangesSinceUp {
    const last = v
        .parse(historySchema, history.trim() === "" ? [] : JSON.parse(history))
        .find(({ kind, result }) => kind === "update" && result === "succeeded");
    if (last === undefined) {
        return { settings: [], complete: false };
    }
    const isSecret = (key: string): boolean => last.config[key]?.secret === true || isEncrypted(present[key]);
    const keys = [...new Set([...Object.keys(last.config), ...Object.keys(present)])];
    const plain = keys.filter((key) => !isSecret(key));
    const pick = (valueOf: (key: string) => unknown): Config =>
        Object.fromEntries(plain.map((key) => [key, parsed(valueOf(key))]));
    return {
        settings: settingChanges(
            pick((key) => last.config[key]?.value),
            pick((key) => present[key]),
        ),
        complete: plain.length === keys.length,
    };
}

/** Pulumi writes an encrypted value as a mapping with the only key `secure`, at any depth. */
function isEncrypted(value: unknown): boolean {
    return isMapping(value)
        ? "secure" in value || Object.values(value).some(isEncrypted)
        : Array.isArray(value) && value.some(isEncrypted);
}

/** The CLI gives every value as text, mappings and lists as JSON: both sides are read alike. */
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
