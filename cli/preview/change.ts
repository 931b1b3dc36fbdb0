import { isMapping } from "../../settings/shown.ts";
import type { DeclaredObject } from "../kubernetes/declared-object.ts";

/** An operation of the engine on a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** A property that differs; undefined is a property that isn't there. Secrets are redacted already. */
export interface PropertyChange {
    /** As in `spec.template.spec.containers[server].image`: list items that have a name go by it. */
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
    /** True if it is a reason for the resource to be replaced. */
    readonly replaces: boolean;
}

/** The state of a resource before or after a change. */
export interface ResourceState {
    /** Without the values of secrets. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** True if the engine refuses to delete it. */
    readonly protect: boolean;
    /** As it is applied to the cluster; undefined for what isn't, or not yet. */
    readonly declared?: DeclaredObject | undefined;
}

/** The change of one resource, as the engine or a comparison of renderings tells it. */
export interface ResourceChange {
    /** The part of its URN behind the project. */
    readonly urn: string;
    /** The type token, as `kubernetes:apps/v1:Deployment`. */
    readonly type: string;
    /** Its name in the program. */
    readonly name: string;
    /** The tier or other component of the application that it belongs to. */
    readonly tier: string;
    readonly operation: Operation;
    /** Undefined when it is created. */
    readonly before: ResourceState | undefined;
    /** Undefined when it is deleted. */
    readonly after: ResourceState | undefined;
    /** Empty unless it is updated or replaced. */
    readonly properties: readonly PropertyChange[];
}

/** Placeholder for a value that is known only after `up`. */
export const unknownValue = "[known after up]";

/** Placeholders for redacted values: a secret, and one that differs from the one before. */
export const secretValue = "[secret]";
export const otherSecretValue = "[another secret]";

/** The tier by the names of the components that a resource lies in, outermost first: the application's part, if any. */
export function tierOf(parents: readonly string[]): string {
    return parents[1] ?? parents[0] ?? "stack";
}

/** The last part of a type token: `Deployment`. */
export function kindOf({ type }: Pick<ResourceChange, "type">): string {
    return type.split(":").at(-1) ?? type;
}

/** Tells if a path is another one or lies in it. */
export function isWithin(path: string, outer: string): boolean {
    return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** The annotation with which the provider marks an object whose name it has generated. */
const autoNamed = "pulumi.com/autonamed";

/** The name of the Kubernetes object if the program fixes it, undefined for what is named by the engine. */
export function fixedName(state: ResourceState | undefined): string | undefined {
    const metadata = state?.inputs["metadata"];
    if (!isMapping(metadata)) {
        return undefined;
    }
    const { name, annotations } = metadata;
    return typeof name === "string" && !(isMapping(annotations) && annotations[autoNamed] === "true")
        ? name
        : undefined;
}

/** The claims that a workload's pods mount, by the name of the PersistentVolumeClaim. */
export function claimsOf(inputs: Readonly<Record<string, unknown>> | undefined): string[] {
    const spec = ["spec", "template", "spec"].reduce<unknown>(
        (value, key) => (isMapping(value) ? value[key] : undefined),
        inputs,
    );
    const volumes: unknown = isMapping(spec) ? spec["volumes"] : undefined;
    return (Array.isArray(volumes) ? volumes : []).flatMap((volume: unknown) => {
        const claim: unknown = isMapping(volume) ? volume["persistentVolumeClaim"] : undefined;
        const name: unknown = isMapping(claim) ? claim["claimName"] : undefined;
        return typeof name === "string" ? [name] : [];
    });
}
