import * as v from "valibot";
import { Path } from "./path";

/** A schema of an object with known keys. */
export interface MappingSchema extends v.GenericSchema {
    readonly entries: Readonly<Record<string, v.GenericSchema>>;
}

/** A schema of an object with free keys. */
interface RecordSchema extends v.GenericSchema {
    readonly value: v.GenericSchema;
}

interface OptionalSchema extends v.GenericSchema {
    readonly wrapped: v.GenericSchema;
    readonly default: unknown;
}

interface ListSchema extends v.GenericSchema {
    readonly item: v.GenericSchema;
}

/** Whether a schema is one of an object with known keys. */
export function isMappingSchema(schema: v.GenericSchema): schema is MappingSchema {
    return schema.type === "object";
}

/** Whether a schema is one of an object with free keys. */
export function isRecordSchema(schema: v.GenericSchema): schema is RecordSchema {
    return schema.type === "record";
}

function isListSchema(schema: v.GenericSchema): schema is ListSchema {
    return schema.type === "array";
}

/** Whether a setting may be left out. */
export function isOptionalSchema(schema: v.GenericSchema): schema is OptionalSchema {
    return schema.type === "optional" || schema.type === "exact_optional";
}

/** The schema of a setting's value, without the "may be left out" around it. */
export function valueSchema(schema: v.GenericSchema): v.GenericSchema {
    return isOptionalSchema(schema) ? valueSchema(schema.wrapped) : schema;
}

/** What a schema's metadata says under a name: what is `expected`, or what happens `otherwise`. */
export function metadataText(schema: v.GenericSchema, name: "expected" | "otherwise"): string | undefined {
    const text = v.getMetadata(valueSchema(schema))[name];
    return typeof text === "string" ? text : undefined;
}

function entrySchema(schema: v.GenericSchema, key: string | number): v.GenericSchema | undefined {
    if (isListSchema(schema)) {
        return schema.item;
    }
    return isMappingSchema(schema) && Object.hasOwn(schema.entries, key) ? schema.entries[key] : undefined;
}

/** What is expected at a path, by the schema there or else the nearest one around it that says so. */
export function expectedAt(schema: v.GenericSchema, path: Path): string | undefined {
    const target = valueSchema(schema);
    const own = metadataText(target, "expected");
    const [key, ...rest] = path;
    const entry = key === undefined ? undefined : entrySchema(target, key);
    return (entry === undefined ? undefined : expectedAt(entry, rest)) ?? own;
}

/** The paths of all settings under a schema, those that only group others included, in its order. */
export function knownPaths(schema: v.GenericSchema, path: readonly string[] = []): (readonly string[])[] {
    const target = valueSchema(schema);
    return isMappingSchema(target)
        ? Object.entries(target.entries).flatMap(([key, entry]) => {
              const entryPath = [...path, key];
              return [entryPath, ...knownPaths(entry, entryPath)];
          })
        : [];
}
