import { fullKey, type Path } from "../../settings/path.ts";
import { isMapping } from "./change.ts";

/** The config of a stack by full key, as it stands in its file. */
export type Config = Readonly<Record<string, unknown>>;

/** A setting that two configs say differently; undefined where one doesn't have it. */
export interface SettingChange {
    /** As typed in the stack's file: `multitier:server.replicas`. */
    readonly key: string;
    readonly before: unknown;
    readonly after: unknown;
    /** The later config, but with this setting as the earlier one has it. */
    readonly reverted: Config;
}

/** The innermost settings that differ. */
export function settingChanges(before: Config, after: Config): SettingChange[] {
    return differingPaths(before, after, []).map((path) => {
        const former = valueAt(before, path);
        return {
            key: shownKey(path),
            before: former,
            after: valueAt(after, path),
            reverted: withValue(after, path, former),
        };
    });
}

/** A setting that only one of them has is told by its innermost parts, too. */
function differingPaths(before: unknown, after: unknown, path: readonly string[]): (readonly string[])[] {
    if (isGroup(before) ? isGroup(after) || isNothing(after) : isNothing(before) && isGroup(after)) {
        const [former, latter] = [isGroup(before) ? before : {}, isGroup(after) ? after : {}];
        const keys = [...new Set([...Object.keys(former), ...Object.keys(latter)])];
        return keys.flatMap((key) => differingPaths(former[key], latter[key], [...path, key]));
    }
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

function isNothing(value: unknown): boolean {
    return value === undefined || (isMapping(value) && Object.keys(value).length === 0);
}

/** Whether a value consists of settings of its own. Pulumi writes an encrypted one as a mapping with the key `secure`. */
function isGroup(value: unknown): value is Config {
    return isMapping(value) && Object.keys(value).length > 0 && !("secure" in value);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), value);
}

function withValue(config: Config, [key, ...rest]: readonly string[], value: unknown): Config {
    if (key === undefined) {
        return config;
    }
    const inner = config[key];
    const next = rest.length === 0 ? value : withValue(isMapping(inner) ? inner : {}, rest, value);
    const others = Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
    // What is left empty had not been there.
    const gone = next === undefined || (rest.length > 0 && isMapping(next) && Object.keys(next).length === 0);
    return gone ? others : { ...others, [key]: next };
}

function shownKey([first = "", ...rest]: readonly string[]): string {
    const prefix = "multitier:";
    const path: Path = [first.startsWith(prefix) ? first.slice(prefix.length) : first, ...rest];
    return first.startsWith(prefix) || !first.includes(":") ? fullKey(path) : [first, ...rest].join(".");
}
