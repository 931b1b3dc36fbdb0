import { Input } from "@pulumi/pulumi";

/** The label with a tier's name, on all of its objects. */
export const tierLabel = "app.kubernetes.io/name";

/**
 * Selects a tier's pods, in the Deployment, the Service and every policy. A Deployment's selector is
 * immutable, so this stays minimal: a further label here would replace each Deployment (pulumi-kubernetes#2575).
 */
export function selectorLabels(tier: string): Record<string, string> {
    return { [tierLabel]: tier };
}

/** Describe an object to people and tools; may grow without replacing anything. */
export type Labels = Readonly<Record<string, Input<string>>>;

/** The labels that all objects of a stack have in common; the commands find them by it. */
export function stackLabels(project: string, stack: string): Labels {
    return {
        "app.kubernetes.io/part-of": project,
        "app.kubernetes.io/instance": stack,
        "app.kubernetes.io/managed-by": "pulumi",
    };
}

/** The rule of {@link isLabelValue}, as it completes "… is …". */
export const labelValueRule =
    "at most 63 letters, digits, -, _ and ., beginning and ending with a letter or digit";

/** Tells whether a text can be the value of a label (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). */
export function isLabelValue(text: string): boolean {
    return /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text);
}

/**
 * The key of the identifier of the state that something was made with: an annotation of a namespace; a label of each
 * object in a namespace that existed before.
 */
export const identityKey = "multitier/identity";

/**
 * Lets the provider take back the fields that others have changed (`kubectl scale`, k9s, an autoscaler that is gone), in
 * place of a conflict: the program is the authority on what it declares, and leaves alone what it doesn't.
 */
export const authority = { "pulumi.com/patchForce": "true" };
