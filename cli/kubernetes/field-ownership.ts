import type { KubernetesObject } from "@kubernetes/client-node";

import { isMapping } from "../../settings/shown.ts";
import type { DeclaredObject } from "./declared-object.ts";

/**
 * Tells if all that a program declares of an object is still its own: nobody else has changed a field of it, since who
 * does takes the field over (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management). False
 * may be a mistake, where the API server writes a field otherwise than it is declared; true never is.
 */
export function ownsAll({ inputs, fieldManager }: DeclaredObject, live: KubernetesObject): boolean {
    const entry = live.metadata?.managedFields?.find(
        ({ manager, operation }) => manager === fieldManager && operation === "Apply",
    );
    const declared = {
        ...without(inputs, ["apiVersion", "kind"]),
        metadata: without(inputs["metadata"], ["name", "namespace"]),
    };
    // Plain, since the client makes instances of its classes.
    const plain: unknown = JSON.parse(JSON.stringify(live));
    return owns(entry?.fieldsV1, declared, plain);
}

/** A mapping without the keys that identify an object, which are nobody's. */
function without(mapping: unknown, keys: readonly string[]): Record<string, unknown> {
    const entries = isMapping(mapping) ? Object.entries(mapping) : [];
    return Object.fromEntries(entries.filter(([key]) => !keys.includes(key)));
}

/** @param fields the owned fields in the form FieldsV1, those of a value that is owned as a whole being none */
function owns(fields: unknown, value: unknown, live: unknown): boolean {
    // The API server keeps no empty list, and so nobody owns one.
    if (Array.isArray(value) && value.length === 0) {
        return !Array.isArray(live) || live.length === 0;
    }
    if (!isMapping(fields)) {
        return false;
    }
    const keys = Object.keys(fields).filter((key) => key !== ".");
    if (keys.length === 0) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.every((item: unknown) => {
            const key = keys.find((each) => isKeyOf(each, item));
            return key !== undefined && (!isMapping(item) || owns(fields[key], item, undefined));
        });
    }
    return (
        isMapping(value) &&
        Object.entries(value).every(
            ([key, item]) =>
                item === undefined || owns(fields[`f:${key}`], item, isMapping(live) ? live[key] : undefined),
        )
    );
}

/** Tells if a key of FieldsV1 is an item's: `k:{"name":"server"}` by its fields, `v:"ALL"` by its value. */
function isKeyOf(key: string, item: unknown): boolean {
    const named: unknown = JSON.parse(key.slice(2));
    if (!key.startsWith("k:")) {
        return key.startsWith("v:") && named === item;
    }
    // A field of the key may be one that the API server has set by default.
    return (
        isMapping(item) &&
        isMapping(named) &&
        Object.entries(named).every(([name, value]) => item[name] === undefined || item[name] === value)
    );
}
