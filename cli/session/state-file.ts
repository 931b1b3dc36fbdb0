import type { Stack } from "@pulumi/pulumi/automation/index.js";
import * as v from "valibot";

import { signatureKey } from "../../rendering/names.ts";
import { isMapping } from "../../settings/shown.ts";
import { declaredObject, type DeclaredObject } from "../kubernetes/declared-object.ts";
import type { ObjectIdentity } from "../kubernetes/live-object.ts";

const operationSchema = v.looseObject({ type: v.string(), resource: v.looseObject({ urn: v.string() }) });

const resourceSchema = v.looseObject({
    urn: v.string(),
    type: v.string(),
    id: v.optional(v.string()),
    custom: v.optional(v.boolean(), false),
    external: v.optional(v.boolean(), false),
    protect: v.optional(v.boolean(), false),
    outputs: v.optional(v.unknown()),
});

const metadataSchema = v.object({ metadata: v.object({ uid: v.string() }) });
const identitySchema = v.object({ result: v.string() });

/** The end of the URN of an application's identifier, its name aside (components/application.ts). */
const identityType = "multitier:components:Application$random:index/randomUuid:RandomUuid";

const deploymentSchema = v.looseObject({
    resources: v.optional(v.nullable(v.array(resourceSchema)), []),
    pending_operations: v.optional(v.nullable(v.array(operationSchema)), []),
});

/** A Kubernetes object that the state has. */
export interface KnownObject extends ObjectIdentity {
    readonly urn: string;
    /** As the cluster gave it, undefined if the state doesn't have it. */
    readonly uid: string | undefined;
    readonly protect: boolean;
}

/** The facts about a stack's state that the commands need. */
export interface StackState {
    /** The number of resources of any kind; 0 after a complete `down`. */
    readonly resources: number;
    readonly objects: readonly KnownObject[];
    /** Those of them that the provider applies, as the program declared them. */
    readonly declared: readonly DeclaredObject[];
    /** The identifiers made with this state, one of which stands in the annotation of each namespace of its own. */
    readonly identities: readonly string[];
    /** The outputs of the stack, without the secret ones. */
    readonly outputs: Readonly<Record<string, unknown>>;
    /** The URNs of what was being created, changed or deleted when the engine was killed. */
    readonly pending: readonly string[];
}

/**
 * Reads an exported deployment.
 *
 * @param deployment the `deployment` of `pulumi stack export`
 * @throws v.ValiError if it has not the form of version 3
 */
export function readState(deployment: unknown): StackState {
    const { resources, pending_operations: operations } = v.parse(deploymentSchema, deployment);
    const objects = (resources ?? []).flatMap((resource): KnownObject[] => {
        const identity = identityOf(resource.type, resource.id);
        const { urn, protect } = resource;
        // What a program only reads is not the stack's.
        return identity === undefined || resource.external
            ? []
            : [{ ...identity, urn, uid: uidOf(resource.outputs), protect }];
    });
    const identities = (resources ?? []).flatMap(({ urn, outputs }) => {
        const identity = v.safeParse(identitySchema, outputs);
        return urn.includes(`${identityType}::`) && identity.success ? [identity.output.result] : [];
    });
    return {
        resources: (resources ?? []).length,
        objects,
        declared: (resources ?? []).flatMap((resource) => declaredObject(resource) ?? []),
        identities,
        outputs: stackOutputs(resources ?? []),
        pending: (operations ?? []).map(({ resource }) => resource.urn),
    };
}

/**
 * The same deployment without the operations that were under way when an engine was killed. The engine keeps
 * reminding of them for ever otherwise.
 */
export function withoutPendingOperations(deployment: unknown): unknown {
    return { ...v.parse(v.looseObject({}), deployment), pending_operations: [] };
}

/** The stack's own outputs, without the secret ones. */
function stackOutputs(resources: readonly v.InferOutput<typeof resourceSchema>[]): Record<string, unknown> {
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    const outputs = isMapping(stack?.outputs) ? Object.entries(stack.outputs) : [];
    return Object.fromEntries(outputs.filter(([, value]) => !(isMapping(value) && signatureKey in value)));
}

function uidOf(outputs: unknown): string | undefined {
    const object = v.safeParse(metadataSchema, outputs);
    return object.success ? object.output.metadata.uid : undefined;
}

/** Kubernetes objects have the token `kubernetes:<group>/<version>:<Kind>` and the ID `<namespace>/<name>`. */
function identityOf(type: string, id: string | undefined): ObjectIdentity | undefined {
    const kind = /^kubernetes:[^:]+\/[^:]+:(\w+)$/.exec(type)?.[1];
    if (kind === undefined || id === undefined || id === "") {
        return undefined;
    }
    const [first = "", second] = id.split("/");
    return second === undefined
        ? { kind, namespace: undefined, name: first }
        : { kind, namespace: first, name: second };
}

/** A stack, as far as its state is read and written. */
export type StateHolder = Pick<Stack, "exportStack" | "importStack">;

/** Reads the output of `pulumi stack export`. */
export function readExport(text: string): StackState {
    return readState(v.parse(v.looseObject({ deployment: v.unknown() }), JSON.parse(text)).deployment);
}

/** Reads a stack's state. */
export async function exportState(stack: StateHolder): Promise<StackState> {
    const exported: { readonly deployment: unknown } = await stack.exportStack();
    return readState(exported.deployment);
}

/** Drops the operations that were under way when an engine was killed. */
export async function dropPendingOperations(stack: StateHolder): Promise<void> {
    const exported = await stack.exportStack();
    await stack.importStack({ ...exported, deployment: withoutPendingOperations(exported.deployment) });
}
