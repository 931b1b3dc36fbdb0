import { GenericSchema } from "valibot";
import { Finding } from "./finding";
import { nearestName } from "./nearest";
import { fullKey, Path } from "./path";
import { isMapping } from "./shown";
import { isMappingSchema, isRecordSchema, knownPaths, MappingSchema, valueSchema } from "./structure";

/** Names that objects inherit things by: as keys of free mappings they would be lost or do harm. */
const inheritedNames = ["__proto__", "constructor", "prototype"];

/** The most names that a message lists. */
const mostSuggestions = 3;

function isEncrypted(value: unknown): boolean {
    return isMapping(value) && Object.keys(value).join() === "secure";
}

/** Where the key would have been right: beside the others of its mapping, else anywhere. */
function suggestion(root: GenericSchema, mapping: MappingSchema, path: Path, key: string): string {
    const siblings = Object.keys(mapping.entries);
    const nearestSibling = nearestName(key, siblings);
    if (nearestSibling !== undefined) {
        return `did you mean ${fullKey([...path, nearestSibling])}?`;
    }
    const everywhere = knownPaths(root);
    const nearest = nearestName(
        key,
        everywhere.map((known) => known.at(-1) ?? ""),
    );
    const places = everywhere.filter((known) => known.at(-1) === nearest).map(fullKey);
    return places.length > 0 && places.length <= mostSuggestions
        ? `did you mean ${places.join(" or ")}?`
        : `known here: ${siblings.join(", ")}`;
}

/**
 * Compares the shape of a value with a schema's, and returns it without what can't be looked at any further: unknown
 * keys, and what is no mapping where one belongs. Each of those is a finding.
 */
export function checkStructure(root: GenericSchema, config: Readonly<Record<string, unknown>>) {
    const findings: Finding[] = [];

    function checked(schema: GenericSchema, value: unknown, path: Path): unknown {
        const target = valueSchema(schema);
        if (isEncrypted(value)) {
            const problem =
                "encrypted values can't be read here, and no setting is a secret: set it without --secret";
            findings.push({ path, value, problem });
            return undefined;
        }
        if (!isMappingSchema(target) && !isRecordSchema(target)) {
            return value;
        }
        if (!isMapping(value)) {
            const names = isMappingSchema(target) ? ` of ${Object.keys(target.entries).join(", ")}` : "";
            findings.push({ path, value, problem: `expected a mapping${names}` });
            return undefined;
        }
        const kept: [string, unknown][] = [];
        for (const [key, entry] of Object.entries(value)) {
            const entryPath = [...path, key];
            if (isRecordSchema(target)) {
                if (inheritedNames.includes(key)) {
                    findings.push({ path: entryPath, value: entry, problem: "this name can't be used" });
                } else {
                    kept.push([key, entry]);
                }
                continue;
            }
            const entrySchema = Object.hasOwn(target.entries, key) ? target.entries[key] : undefined;
            if (entrySchema === undefined) {
                const problem = `there is no such setting; ${suggestion(root, target, path, key)}`;
                findings.push({ path: entryPath, value: entry, problem });
                continue;
            }
            const checkedEntry = checked(entrySchema, entry, entryPath);
            if (checkedEntry !== undefined) {
                kept.push([key, checkedEntry]);
            }
        }
        return Object.fromEntries(kept);
    }

    return { config: checked(root, config, []), findings };
}
