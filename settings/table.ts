import { getDescription, type GenericSchema } from "valibot";
import { configNamespace } from "./path";
import { settingsSchema } from "./schema";
import { isMappingSchema, isOptionalSchema, knownSettings, metadataText, valueSchema } from "./structure";

function defaultText(schema: GenericSchema): string {
    const text = metadataText(schema, "defaultText");
    if (text !== undefined || !isOptionalSchema(schema)) {
        return text ?? "**must be given**";
    }
    const value = schema.default;
    return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/**
 * All settings with meaning and default, as a Markdown table. Tiers have most settings in common: one line is for all that
 * differ in nothing but the tier and the default, as in `multitier:{redis,mysql}.image`.
 */
export function settingsTable(): string {
    const rows = knownSettings(settingsSchema)
        // A group that is not off by default is only the sum of its settings.
        .filter(([, schema]) => !isMappingSchema(valueSchema(schema)) || metadataText(schema, "defaultText"))
        .map(([[first = "", ...rest], schema]) => {
            const meaning = getDescription(valueSchema(schema)) ?? "";
            const common = rest.length === 0 ? first : JSON.stringify([rest, meaning]);
            return { common, first, rest, meaning, text: defaultText(schema) };
        });
    const lines = rows.map(({ common, first, rest, meaning, text }) => {
        const alike = rows.filter((row) => row.common === common);
        const firsts = alike.length === 1 ? first : `{${alike.map((row) => row.first).join()}}`;
        const texts = alike.every((row) => row.text === text) ? [text] : alike.map((row) => row.text);
        return `| \`${configNamespace}:${[firsts, ...rest].join(".")}\` | ${meaning} | ${texts.join(", ")} |`;
    });
    return ["| Setting | Meaning | Default |", "| --- | --- | --- |", ...new Set(lines)].join("\n");
}

/** Puts the table as it should be now between the markers of a Markdown text. */
export function withSettingsTable(markdown: string): string {
    const between = /(?<=<!-- settings -->)[^]*(?=<!-- \/settings -->)/;
    return markdown.replace(between, () => `\n\n${settingsTable()}\n\n`);
}
