import * as v from "valibot";

const operationSchema = v.looseObject({ type: v.string(), resource: v.looseObject({ urn: v.string() }) });

const resourceSchema = v.looseObject({
    urn: v.string(),
    type: v.string(),
    id: v.optional(v.string()),
    custom: v.optional(v.boolean(), false),
    protect: v.optional(v.boolean(), false),
});

const deploymentSchema = v.looseObject({
    resources: v.optional(v.nullable(v.array(resourceSchema)), []),
    pending_operations: v.optional(v.nullable(v.array(operationSchema)), []),
});

/** A Kubernetes object by what identifies it in one cluster, its API version aside. */
export interface ObjectIdentity {
    readonly kind: string;
    /** undefined for what has no namespace. */
    readonly namespace: string | undefined;
    readonly name: string;
}

/** A Kubernetes object that the state has. */
export interface KnownObject extends ObjectIdentity {
    readonly urn: string;
    readonly protect: boolean;
}

/** What the commands need to know about a stack's state. */
export interface StackState {
    /** The number of resources of any kind; 0 after a complete `down`. */
    readonly resources: number;
    readonly objects: readonly KnownObject[];
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
        return identity === undefined ? [] : [{ ...identity, urn: resource.urn, protect: resource.protect }];
    });
    return {
        resources: (resources ?? []).length,
        objects,
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

/** One text for an identity, to compare and to show. */
export function nameOf({ kind, namespace, name }: ObjectIdentity): string {
    return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
