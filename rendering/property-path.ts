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
