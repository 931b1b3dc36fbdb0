import * as v from "valibot";
import { nearestName } from "./nearest";
import { fullKey, Path } from "./path";
import { Mistake, mostShown } from "./settings-error";
import { isMapping, shown } from "./shown";
import { isMappingSchema, knownPaths, MappingSchema, metadataText, valueSchema } from "./structure";

/** A mistake at a path of the settings, before it is put into words for a person. */
export interface SettingsFinding {
    readonly path: Path;
    /** Absent where the setting is missing. */
    readonly value?: unknown;
    readonly problem: string;
}

/** Tells of a top-level setting that its value is secret. */
export type IsSecret = (topLevelKey: string) => boolean;

/** Reserved property names (prototype pollution); valibot passes over them in silence. */
const reservedNames = ["__proto__", "constructor", "prototype"];

/** The most names that a suggestion lists. */
const mostSuggestions = 3;

/** Pulumi writes an encrypted value as a mapping with the only key `secure`. */
function isEncrypted(value: unknown): boolean {
    return isMapping(value) && Object.keys(value).join() === "secure";
}

const encryptedProblem =
    "encrypted values can't be read here, and no setting is a secret: set it without --secret";

/** Tells whether a path is another or leads on from it. */
export function isWithin(path: Path, other: Path): boolean {
    return other.every((key, index) => key === path[index]);
}

/** A setting's value in a few words, or that it is secret. */
export function shownAt(path: Path, value: unknown, isSecret: IsSecret): string {
    return isSecret(String(path[0])) || isEncrypted(value) ? "[secret]" : shown(value);
}

/** The mistake that a person reads. */
export function mistakeOf(finding: SettingsFinding, isSecret: IsSecret): Mistake {
    const { path, problem } = finding;
    return "value" in finding
        ? { key: fullKey(path), value: shownAt(path, finding.value, isSecret), problem }
        : { key: fullKey(path), problem };
}

/** Names where the key would have been right: beside the others of its mapping, else anywhere. */
function suggestion(known: readonly Path[], siblings: readonly string[], path: Path, key: string): string {
    const sibling = nearestName(key, siblings);
    const names = known.map((other) => String(other.at(-1)));
    const nearest = nearestName(key, sibling === undefined ? names : []);
    const elsewhere = known.filter((other) => other.at(-1) === nearest);
    const places = sibling === undefined ? elsewhere : [[...path, sibling]];
    return places.length > 0 && places.length <= mostSuggestions
        ? `did you mean ${places.map(fullKey).join(" or ")}?`
        : `known here: ${siblings.join(", ")}`;
}

/**
 * Finds what can't be looked at any further, and returns the config without it: unknown keys, encrypted values, and what
 * is no mapping where one belongs (valibot takes a list for one).
 */
export function checkStructure(root: MappingSchema, config: Readonly<Record<string, unknown>>) {
    const findings: SettingsFinding[] = [];
    const known = knownPaths(root);

    function checked(schema: v.GenericSchema, value: unknown, path: Path): unknown {
        const target = valueSchema(schema);
        const entries = isMappingSchema(target) ? target.entries : undefined;
        const names = Object.keys(entries ?? {});
        if (isEncrypted(value)) {
            findings.push({ path, value, problem: encryptedProblem });
            return undefined;
        }
        if (entries === undefined && target.type !== "record") {
            return value;
        }
        if (!isMapping(value)) {
            const expected = metadataText(target, "expected") ?? `a mapping of ${names.join(", ")}`;
            findings.push({ path, value, problem: `expected ${expected}` });
            return undefined;
        }
        const kept = Object.entries(value).map(([key, entry]): [string, unknown] => {
            const entryPath = [...path, key];
            if (entries === undefined ? !reservedNames.includes(key) : names.includes(key)) {
                return [key, checked(entries?.[key] ?? v.unknown(), entry, entryPath)];
            }
            // A suggestion is searched for only where it is shown: that is what takes time.
            const hint = findings.length < mostShown ? `; ${suggestion(known, names, path, key)}` : "";
            const problem = entries ? `there is no such setting${hint}` : "this name can't be used";
            findings.push({ path: entryPath, value: entry, problem });
            return [key, undefined];
        });
        return Object.fromEntries(kept.filter(([, entry]) => entry !== undefined));
    }

    return { config: checked(root, config, []), findings };
}

/** One finding for each place at which values fail the schema, but none for what lacks an entry that was refused. */
export function valueFindings(
    issues: readonly v.BaseIssue<unknown>[],
    refused: readonly SettingsFinding[],
): SettingsFinding[] {
    const findings = issues.map(({ path = [], message }): SettingsFinding => {
        const keys = path.map(({ key }) => (typeof key === "number" ? key : String(key)));
        const value = path.at(-1)?.value;
        const problem = isEncrypted(value) ? encryptedProblem : message;
        return value === undefined ? { path: keys, problem } : { path: keys, value, problem };
    });
    const unique = new Map(findings.map((finding) => [JSON.stringify(finding.path), finding]));
    return [...unique.values()].filter(({ path }) => !refused.some((inner) => isWithin(inner.path, path)));
}
