import { fullKey, type Path } from "../../settings/path.ts";
import { isMapping } from "../../settings/shown.ts";

/** The config of a stack by full key, as Pulumi takes it from the stack's file and the project's. */
export type Config = Readonly<Record<string, unknown>>;

/** A setting that two configs give different values; undefined where one doesn't have it. */
export interface SettingChange {
    /** As typed in the stack's file: `multitier:server.replicas`. */
    readonly key: string;
    /** The first part of the key, which names a tier or a setting of all tiers: `server`. */
    readonly group: string;
    readonly before: unknown;
    readonly after: unknown;
}

const prefix = "multitier:";

/** The innermost settings that differ. */
export function settingChanges(before: Config, after: Config): SettingChange[] {
    return differences(before, after, []);
}

/** A setting that only one of them has is told by its innermost parts, too. */
function differences(before: unknown, after: unknown, path: readonly string[]): SettingChange[] {
    if (isGroup(before) ? isGroup(after) || isNothing(after) : isNothing(before) && isGroup(after)) {
        const [former, latter] = [isGroup(before) ? before : {}, isGroup(after) ? after : {}];
        const keys = [...new Set([...Object.keys(former), ...Object.keys(latter)])];
        return keys.flatMap((key) => differences(former[key], latter[key], [...path, key]));
    }
    const [first = "", ...rest] = path;
    return JSON.stringify(before) === JSON.stringify(after)
        ? []
        : [{ key: shownKey(first, rest), group: withoutPrefix(first), before, after }];
}

function isNothing(value: unknown): boolean {
    return value === undefined || (isMapping(value) && Object.keys(value).length === 0);
}

/** Tells settings of their own from a value. Pulumi writes an encrypted one as a mapping with the key `secure`. */
function isGroup(value: unknown): value is Config {
    return isMapping(value) && Object.keys(value).length > 0 && !("secure" in value);
}

/** Pulumi reads a key without a namespace as one of the project's own. */
function withoutPrefix(key: string): string {
    return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

function shownKey(first: string, rest: readonly string[]): string {
    const name = withoutPrefix(first);
    const path: Path = [name, ...rest];
    return name.includes(":") ? path.join(".") : fullKey(path);
}
