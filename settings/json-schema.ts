import { type JsonSchema, type OverrideSchemaContext, toJsonSchema } from "@valibot/to-json-schema";
import { getDescription, type GenericSchema } from "valibot";
import { configNamespace } from "./path";
import { settingsSchema } from "./schema";
import { isMappingSchema, metadataText, valueSchema } from "./structure";

/** The text that an editor shows beside a setting: meaning, what is expected, and the default that is no value. */
function description(schema: GenericSchema): string {
    const expected = metadataText(schema, "expected");
    const defaultText = metadataText(schema, "defaultText");
    const meaning = `${getDescription(valueSchema(schema)) ?? ""}.`;
    const further = `${expected ? ` Expected: ${expected}.` : ""}${defaultText ? ` Default: ${defaultText}.` : ""}`;
    return meaning + further;
}

/** Describes the entries of a mapping. Groups lose their default, an empty mapping, which editors would insert. */
function describeEntries({ valibotSchema, jsonSchema }: OverrideSchemaContext): undefined {
    const properties = jsonSchema.properties ?? {};
    for (const [key, entry] of isMappingSchema(valibotSchema) ? Object.entries(valibotSchema.entries) : []) {
        const property = properties[key];
        if (typeof property === "object") {
            properties[key] = { description: description(entry), ...property };
            if (isMappingSchema(valueSchema(entry))) {
                delete properties[key].default;
            }
        }
    }
}

/** `pulumi config set` writes every top-level value as text. */
function asTextToo(schema: JsonSchema | boolean): JsonSchema | boolean {
    return typeof schema === "object" && schema.type === "boolean"
        ? { ...schema, type: ["boolean", "string"], enum: [true, false, "true", "false"] }
        : schema;
}

/**
 * The JSON Schema of `Pulumi.<stack>.yaml`: the settings by their full keys, and beside them what Pulumi itself and the
 * config of other packages may say there. What only code can check is left to `parseSettings`.
 */
export function stackFileSchema(): object {
    const settings = toJsonSchema(settingsSchema, {
        typeMode: "input",
        // No JSON Schema can express a check; the others are told by the descriptions.
        ignoreActions: ["check", "metadata", "description"],
        overrideSchema: describeEntries,
    });
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
                required: (settings.required ?? []).map((key) => `${configNamespace}:${key}`),
                properties: Object.fromEntries(
                    properties.map(([key, schema]) => [`${configNamespace}:${key}`, asTextToo(schema)]),
                ),
                patternProperties: { [`^(?!${configNamespace}:)[^:]+:.`]: true },
                additionalProperties: false,
            },
            // Pulumi's own.
            environment: { type: ["array", "object"] },
            secretsprovider: { type: "string" },
            encryptedkey: { type: "string" },
            encryptionsalt: { type: "string" },
        },
    };
}
