import type { Cause, Effect, PreviewReport, Setting, TierReport } from "./report.ts";

/** Sets a name or a value apart from the words around it. */
export type Code = (text: string) => string;

const effectWords: Readonly<Record<Effect, string>> = {
    delete: "deleted",
    replace: "replaced",
    create: "created",
    roll: "rolls pods",
    update: "updated in place",
    none: "nothing",
};

/** The effect on a tier: "rolls pods". */
export function effectInWords({ effect, outage }: TierReport): string {
    return effectWords[effect] + (outage ? ", with an outage: its pods stop before others start" : "");
}

const operations = [
    ["create", "created"],
    ["update", "updated"],
    ["replace", "replaced"],
    ["delete", "deleted"],
    ["same", "unchanged"],
] as const;

/** The numbers of resources: "1 updated, 5 unchanged". */
export function resourcesInWords({ resources }: TierReport): string {
    return operations
        .flatMap(([operation, word]) => {
            const count = resources[operation] ?? 0;
            return count === 0 ? [] : [`${count} ${word}`];
        })
        .join(", ");
}

/** The number of causes that are listed one by one. */
const causesListed = 3;

/** The causes of a tier's change, or "" for a tier that doesn't change. */
export function causesInWords({ causes, effect }: TierReport, code: Code): string {
    if (causes.length === 0) {
        return effect === "create"
            ? "new in the program"
            : effect === "delete"
              ? "gone from the program"
              : "";
    }
    return listed(
        causes.map((cause) => causeInWords(cause, code)),
        causesListed,
    );
}

/** The number of settings above the table that are listed one by one. */
const settingsListed = 20;

/** The title of {@link settingsInWords}. */
export const otherSettings = "Changed settings that name no row";

/** The changed settings that stand in no tier's causes. */
export function settingsInWords({ settings }: PreviewReport, code: Code): string {
    return listed(
        settings.map((setting) => settingInWords(setting, code)),
        settingsListed,
    );
}

function listed(items: readonly string[], most: number): string {
    const more = items.length - most;
    return items.slice(0, most).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function causeInWords(cause: Cause, code: Code): string {
    switch (cause.kind) {
        case "setting":
            return `setting ${settingInWords(cause, code)}`;
        case "sources":
            return `the image's sources in ${code(cause.folder)}`;
        case "code":
            return `code: ${placeInWords(cause, code)}`;
        case "setting-or-code":
            return `another setting, or code: ${placeInWords(cause, code)}`;
        case "follows":
            return "follows from the other rows";
    }
}

function settingInWords({ key, before, after }: Setting, code: Code): string {
    const value = (text: string | undefined): string => (text === undefined ? "unset" : code(text));
    return `${code(key)}: ${value(before)} → ${value(after)}`;
}

function placeInWords(
    { resource, path }: { resource: string; path?: string | undefined },
    code: Code,
): string {
    return `${code(resource)}${path === undefined ? "" : ` ${code(path)}`}`;
}

/** The change of the whole stack on one line: "1 tier rolls pods, 5 unchanged". */
export function headline({ tiers, dataAtRisk }: PreviewReport): string {
    const changed = tiers.filter(({ effect }) => effect !== "none");
    if (changed.length === 0) {
        return "nothing changes";
    }
    const groups = grouped(changed, ({ effect }) => effect);
    const parts = [...groups].map(([effect, { length }]) =>
        effect === "roll"
            ? `${length} ${length === 1 ? "rolls" : "roll"} pods`
            : `${length} ${effectWords[effect]}`,
    );
    return `${dataAtRisk.length > 0 ? "data at risk; " : ""}${parts.join(", ")}`;
}

/** Groups items by a key, in the order of their first ones. */
export function grouped<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
    const groups = new Map<Key, Item[]>();
    for (const item of items) {
        const key = keyOf(item);
        groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return groups;
}
