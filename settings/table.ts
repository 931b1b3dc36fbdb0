import { getDescription, type GenericSchema } from "valibot";
import { configNamespace } from "./path";
import { settingsSchema } from "./schema";
import { isMappingSchema, isOptionalSchema, metadataText, valueSchema } from "./structure";

/** Between these lines of a Markdown file stands the table. */
const beginning = "<!-- settings -->";
const end = "<!-- /settings -->";

interface Row {
    readonly path: readonly string[];
    readonly meaning: string;
    readonly defaultText: string;
}

function defaultText(schema: GenericSchema): string {
    const otherwise = metadataText(schema, "otherwise");
    if (otherwise !== undefined) {
        return otherwise;
    }
    if (!isOptionalSchema(schema)) {
        return "**must be given**";
    }
    const value = schema.default;
    return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function rowsOf(schema: GenericSchema, path: readonly string[]): Row[] {
    const target = valueSchema(schema);
    const own = { path, meaning: getDescription(target) ?? "", defaultText: defaultText(schema) };
    if (!isMappingSchema(target)) {
        return [own];
    }
    const below = Object.entries(target.entries).flatMap(([key, entry]) => rowsOf(entry, [...path, key]));
    // A group that is not off by default is only the sum of its settings.
    return metadataText(schema, "otherwise") === undefined ? below : [own, ...below];
}

/** Tiers have most settings in common: one line for all that differ in nothing but the tier and the default. */
function merged(rows: readonly Row[]): Row[][] {
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
        const key = JSON.stringify(row.path.length > 1 ? [row.path.slice(1), row.meaning] : row.path);
        groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups.values()];
}

/** Only the first key differs between merged rows: `multitier:{redis,mysql}.image`. */
function mergedKey(rows: readonly Row[], { path: [first = "", ...rest] }: Row): string {
    const firsts = rows.length === 1 ? first : `{${rows.map(({ path }) => path[0] ?? "").join(",")}}`;
    return `${configNamespace}:${[firsts, ...rest].join(".")}`;
}

function line(rows: readonly Row[], first: Row): string {
    const defaults = [...new Set(rows.map((row) => row.defaultText))];
    const shown = defaults.length === 1 ? defaults : rows.map((row) => row.defaultText);
    return `| \`${mergedKey(rows, first)}\` | ${first.meaning} | ${shown.join(", ")} |`;
}

/** All settings with meaning and default, as a Markdown table. */
export function settingsTable(): string {
    const rows = Object.entries(settingsSchema.entries).flatMap(([key, schema]) => rowsOf(schema, [key]));
    return [
        "| Setting | Meaning | Default |",
        "| --- | --- | --- |",
        ...merged(rows).flatMap((group) => group.slice(0, 1).map((first) => line(group, first))),
    ].join("\n");
}

/** The Markdown text with the table as it should be now between its markers; unchanged where it has no markers. */
export function withSettingsTable(markdown: string): string {
    const [from, to] = [markdown.indexOf(beginning), markdown.indexOf(end)];
    return from === -1 || to < from
        ? markdown
        : `${markdown.slice(0, from)}${beginning}\n\n${settingsTable()}\n\n${markdown.slice(to)}`;
}
