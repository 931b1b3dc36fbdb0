import { toJsonSchema } from "@valibot/to-json-schema";
import { configNamespace } from "./path";
import { settingsSchema } from "./schema";
import { isMapping } from "./shown";

/** JSON Schema as plain data; only what this file itself relies on is looked at. */
type JsonSchema = Readonly<Record<string, unknown>>;

/** What an editor shows beside a setting: meaning, what is expected, and the default that is no value. */
function description(schema: JsonSchema): string | undefined {
    const sentences = [
        ["", schema["description"]],
        ["Expected: ", schema["expected"]],
        ["Default: ", schema["otherwise"]],
    ].flatMap(([label, text]) => (typeof text === "string" ? [`${String(label)}${text}.`] : []));
    return sentences.length === 0 ? undefined : sentences.join(" ");
}

/**
 * The conversion leaves the schema's metadata beside JSON Schema's own words, lets objects have any further keys, and
 * gives groups an empty default, which editors would insert.
 */
function finished(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(finished);
    }
    if (!isMapping(value)) {
        return value;
    }
    const text =
        typeof value["type"] === "string" || Array.isArray(value["anyOf"]) ? description(value) : undefined;
    const isGroup = value["type"] === "object" && isMapping(value["properties"]);
    const omitted = text === undefined ? [] : ["expected", "otherwise", "description"];
    return {
        ...(text !== undefined && { description: text }),
        ...Object.fromEntries(
            Object.entries(value)
                .filter(([key]) => !omitted.includes(key) && !(isGroup && key === "default"))
                .filter(([key, entry]) => !(key === "required" && Array.isArray(entry) && entry.length === 0))
                .map(([key, entry]) => [key, finished(entry)]),
        ),
        ...(isGroup && { additionalProperties: false }),
    };
}

/** `pulumi config set` writes every top-level value as text. */
function asTextToo(schema: unknown): unknown {
    if (!isMapping(schema) || schema["type"] !== "boolean") {
        return schema;
    }
    const { type, ...rest } = schema;
    return { ...rest, anyOf: [{ type }, { enum: ["true", "false"] }] };
}

function withNamespace(key: string): string {
    return `${configNamespace}:${key}`;
}

/**
 * The JSON Schema of `Pulumi.<stack>.yaml`: the settings by their full keys, and beside them what Pulumi itself and the
 * config of other packages may say there. What only code can check is left to `parseSettings`.
 */
export function stackFileSchema(): JsonSchema {
    // What is ignored are the checks that no JSON Schema can express.
    const settings = toJsonSchema(settingsSchema, { typeMode: "input", ignoreActions: ["check"] });
    const properties = Object.entries(settings.properties ?? {});
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: "Pulumi.<stack>.yaml",
        description:
            "A stack of the multi-tier application. Generated from settings/schema.ts by `npm run schema`.",
        type: "object",
        required: ["config"],
        additionalProperties: false,
        properties: {
            config: {
                type: "object",
                required: (settings.required ?? []).map(withNamespace),
                properties: Object.fromEntries(
                    properties.map(([key, schema]) => [withNamespace(key), asTextToo(finished(schema))]),
                ),
                patternProperties: { [`^(?!${configNamespace}:)[^:]+:.`]: true },
                additionalProperties: false,
            },
            // The rest of what Pulumi keeps in a stack's file.
            environment: { type: ["array", "object"] },
            secretsprovider: { type: "string" },
            encryptedkey: { type: "string" },
            encryptionsalt: { type: "string" },
        },
    };
}
