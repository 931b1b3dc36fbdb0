import * as v from "valibot";

import { signatureKey } from "../../rendering/names.ts";
import { isMapping } from "../../settings/shown.ts";
import type { ObjectIdentity } from "./live-object.ts";

/** A Kubernetes object as a program has declared it, and as the Kubernetes provider applies it. */
export interface DeclaredObject extends ObjectIdentity {
    /** The name under which the provider applies it: each object has one of its own. */
    readonly fieldManager: string;
    /** The whole of it. */
    readonly inputs: Readonly<Record<string, unknown>>;
}

const inputsSchema = v.looseObject({
    apiVersion: v.string(),
    kind: v.string(),
    metadata: v.looseObject({ name: v.string(), namespace: v.optional(v.string()) }),
});

type Inputs = v.InferOutput<typeof inputsSchema>;

const resourceSchema = v.object({
    inputs: inputsSchema,
    outputs: v.looseObject({ __fieldManager: v.string() }),
});

/**
 * Reads what the engine knows of a resource.
 *
 * @param resource with its `inputs` and `outputs`
 * @returns undefined for what the provider doesn't apply, and for what has secrets, whose values are not known here
 */
export function declaredObject(resource: unknown): DeclaredObject | undefined {
    const read = v.safeParse(resourceSchema, resource);
    if (!read.success || JSON.stringify(read.output.inputs).includes(signatureKey)) {
        return undefined;
    }
    const { inputs, outputs } = read.output;
    const { name, namespace } = inputs.metadata;
    return {
        kind: inputs.kind,
        name,
        namespace,
        fieldManager: outputs.__fieldManager,
        inputs: withRules(inputs),
    };
}

/**
 * A NetworkPolicy with both lists of rules. The provider leaves out an empty one; but that nothing is allowed is what
 * such a policy declares.
 */
function withRules(inputs: Inputs): Inputs {
    const { kind, spec } = inputs;
    if (kind !== "NetworkPolicy" || !isMapping(spec) || !Array.isArray(spec["policyTypes"])) {
        return inputs;
    }
    const types = spec["policyTypes"].map(String);
    const rules = Object.fromEntries(types.map((type): [string, unknown] => [type.toLowerCase(), []]));
    return { ...inputs, spec: { ...rules, ...spec } };
}
