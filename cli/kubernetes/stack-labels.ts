import type { LiveObject } from "./live-object.ts";

/** The labels that all objects of a stack carry (components/labels.ts). */
export interface StackLabels {
    readonly "app.kubernetes.io/part-of": string;
    readonly "app.kubernetes.io/instance": string;
}

/** Names the labels that say which stack an object belongs to. */
export function ownershipOf(project: string, stack: string): StackLabels {
    return { "app.kubernetes.io/part-of": project, "app.kubernetes.io/instance": stack };
}

/** The labels as a selector of the API. */
export function labelSelector(labels: StackLabels): string {
    return Object.entries(labels)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(",");
}

/** True if an object carries a stack's labels. */
export function carries(object: LiveObject, labels: StackLabels): boolean {
    const own = object.metadata?.labels ?? {};
    return Object.entries(labels).every(([key, value]) => own[key] === value);
}
