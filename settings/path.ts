import { quoted } from "./shown";

/** The keys and list positions that lead to a setting, outermost first. */
export type Path = readonly (string | number)[];

/** The namespace of the settings in `Pulumi.<stack>.yaml`, whatever name the Pulumi project has. */
export const configNamespace = "multitier";

/** Names that need no quotes in a path, as Pulumi's own `config set --path` reads them. */
const plainKey = /^[\w-]{1,100}$/;

/** A path as typed in the stack's file: `multitier:server.resources.limits.cpu`. */
export function fullKey(path: Path): string {
    const [first = "", ...rest] = path.map((part) =>
        typeof part === "string" && !plainKey.test(part) ? quoted(part) : part,
    );
    const start = `${configNamespace}:${String(first)}`;
    return rest.reduce<string>(
        (key, part) =>
            typeof part === "string" && plainKey.test(part) ? `${key}.${part}` : `${key}[${part}]`,
        start,
    );
}
