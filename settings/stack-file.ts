import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isMapping } from "./shown";

/**
 * The `config` of a stack's file as it stands there, for tools that need a setting without running the program;
 * `parseSettings` takes it. Empty when the file has none. Raises what `node:fs` raises where it can't be read, and
 * an Error that names the file where it isn't YAML, or not the YAML of a stack.
 */
export function readStackFile(path: string): Readonly<Record<string, unknown>> {
    return parseStackFile(readFileSync(path, "utf8"), path);
}

/** The `config` in the text of a stack's file, as {@link readStackFile} has it; errors name it by `path`. */
export function parseStackFile(text: string, path: string): Readonly<Record<string, unknown>> {
    let content: unknown;
    try {
        content = parse(text);
    } catch (error) {
        throw new Error(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
        });
    }
    const config: unknown = isMapping(content) ? (content["config"] ?? {}) : (content ?? {});
    if (!isMapping(config)) {
        throw new Error(
            `${path}: expected a mapping under \`config\`, as in \`config: { multitier:host: localhost }\``,
        );
    }
    return config;
}
