/** What the engine does with a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** A property that differs; undefined is a property that isn't there. Secrets are redacted already. */
export interface PropertyChange {
    /** As in `spec.template.spec.containers[server].image`: list items that have a name go by it. */
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
    /** Whether it is a reason for the resource to be replaced. */
    readonly replaces: boolean;
}

/** A resource before or after. */
export interface ResourceState {
    /** Without the values of secrets. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Whether the engine refuses to delete it. */
    readonly protect: boolean;
}

/** What happens to one resource, from whatever source it is known. */
export interface ResourceChange {
    /** What stands in its URN behind the project. */
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

/** What stands for a value that is known only once the change is made. */
export const unknownValue = "[known after up]";

/** What stands for a secret, and for one that differs from the one before. */
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

/** Whether a path is another one or lies in it. */
export function isWithin(path: string, outer: string): boolean {
    return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** What the provider marks an object with whose name it has made up. */
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

/** An object with keys; not a list. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
