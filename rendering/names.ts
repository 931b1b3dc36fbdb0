/** The name that a rendering gives to an auto-named object; the provider would end it with a random suffix. */
export function autoName(name: string): string {
    return `${name}-auto`;
}

/** The text that a rendering gives to a generated password or identifier. */
export function generatedText(name: string): string {
    return `generated-for-${name}`;
}

/** The key by which Pulumi marks a secret, and other values of its own (pulumi, sdk/go/common/resource/sig). */
export const signatureKey = "4dabf18193072939515e22adb298388d";

/** A key that needs no quotes in a path. */
const plainKey = /^[\w$-]+$/;

/** The path of a property within another, as Pulumi writes it: `metadata.labels["app.kubernetes.io/name"]`. */
export function propertyPath(path: string, key: string | number): string {
    if (typeof key === "number") {
        return `${path}[${String(key)}]`;
    }
    if (!plainKey.test(key)) {
        return `${path}[${JSON.stringify(key)}]`;
    }
    return path === "" ? key : `${path}.${key}`;
}
