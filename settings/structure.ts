import * as v from "valibot";

/** A schema of an object with known keys. */
export interface MappingSchema extends v.GenericSchema {
    readonly entries: Readonly<Record<string, v.GenericSchema>>;
}

interface OptionalSchema extends v.GenericSchema {
    readonly wrapped: v.GenericSchema;
    readonly default: unknown;
}

/** Tells a schema of an object with known keys from others. */
export function isMappingSchema(schema: v.GenericSchema): schema is MappingSchema {
    return schema.type === "strict_object";
}

/** Tells the schema of a setting that may be left out. */
export function isOptionalSchema(schema: v.GenericSchema): schema is OptionalSchema {
    return schema.type === "optional" || schema.type === "exact_optional";
}

/** The schema of a setting's value, without the "may be left out" around it. */
export function valueSchema(schema: v.GenericSchema): v.GenericSchema {
    return isOptionalSchema(schema) ? valueSchema(schema.wrapped) : schema;
}

/** A text in a schema's metadata: what is `expected`, or the `defaultText` of a default that is no value. */
export function metadataText(schema: v.GenericSchema, name: "expected" | "defaultText"): string | undefined {
    const text = v.getMetadata(valueSchema(schema))[name];
    return typeof text === "string" ? text : undefined;
}

/** All settings under a schema with their paths, those that only group others included, in its order. */
export function knownSettings(
    schema: v.GenericSchema,
    path: readonly string[] = [],
): (readonly [path: readonly string[], schema: v.GenericSchema])[] {
    const target = valueSchema(schema);
    return Object.entries(isMappingSchema(target) ? target.entries : {}).flatMap(([key, entry]) => {
        const entryPath = [...path, key];
        return [[entryPath, entry] as const, ...knownSettings(entry, entryPath)];
    });
}

/** The paths of all settings under a schema. */
export function knownPaths(schema: v.GenericSchema): (readonly string[])[] {
    return knownSettings(schema).map(([path]) => path);
}
