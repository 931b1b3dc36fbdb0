import { propertyPath } from "../../rendering/names.ts";
import { isMapping } from "../../settings/shown.ts";

/** A property that differs; undefined is a property that isn't there. */
export interface PropertyDifference {
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
}

/** The innermost properties that differ between two values. */
export function propertyDifferences(before: unknown, after: unknown, path = ""): PropertyDifference[] {
    if (isMapping(before) && isMapping(after)) {
        return differencesByKey(before, after, (key) => propertyPath(path, key));
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        const [former, latter] = [itemsByName(before), itemsByName(after)];
        if (former !== undefined && latter !== undefined) {
            return differencesByKey(former, latter, (name) => `${path}[${name}]`);
        }
        return differencesByKey(itemsByIndex(before), itemsByIndex(after), (index) => `${path}[${index}]`);
    }
    return before === after ? [] : [{ path, before, after }];
}

function differencesByKey(
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
    pathOf: (key: string) => string,
): PropertyDifference[] {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => propertyDifferences(before[key], after[key], pathOf(key)));
}

function itemsByIndex(list: readonly unknown[]): Record<string, unknown> {
    return Object.fromEntries(list.map((item, index) => [String(index), item]));
}

/** The items of a list under their names, as Kubernetes merges containers, env vars and volumes; else undefined. */
function itemsByName(list: readonly unknown[]): Record<string, unknown> | undefined {
    const named = list.flatMap((item): [string, unknown][] =>
        isMapping(item) && typeof item["name"] === "string" ? [[item["name"], item]] : [],
    );
    const items = Object.fromEntries(named);
    return named.length === list.length && Object.keys(items).length === list.length ? items : undefined;
}
