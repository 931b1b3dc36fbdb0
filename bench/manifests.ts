import * as v from "valibot";

const exportSchema = v.object({
    deployment: v.object({
        resources: v.array(
            v.object({ type: v.string(), inputs: v.optional(v.record(v.string(), v.unknown()), {}) }),
        ),
    }),
});

/** The marker of a secret in an exported state (`stack export --show-secrets`). */
const secretSchema = v.object({
    "4dabf18193072939515e22adb298388d": v.literal("1b47061264138c4ac30d75fd1eb44270"),
    plaintext: v.string(),
});

/**
 * The objects that a stack created, as one List for `kubectl apply` into another namespace: with the names and the
 * passwords that they have there, without what is Pulumi's own.
 *
 * @param state the output of `pulumi stack export --show-secrets`
 * @param from the namespace of the stack
 * @param to the namespace of the List
 */
export function manifestsOf(state: string, from: string, to: string): string {
    const { deployment } = v.parse(exportSchema, JSON.parse(state));
    const items = deployment.resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ inputs }) => plain(inputs));
    return JSON.stringify({ apiVersion: "v1", kind: "List", items }).replaceAll(from, to);
}

function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const secret = v.safeParse(secretSchema, value);
    if (secret.success) {
        return plain(JSON.parse(secret.output.plaintext));
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => !key.startsWith("__") && !key.startsWith("pulumi.com/"))
            .map(([key, content]) => [key, plain(content)]),
    );
}
