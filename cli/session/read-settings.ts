import { parseSettings, type Settings } from "../../settings/parse.ts";
import { parseStackFile } from "../../settings/stack-file.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { StackSource } from "./settings-source.ts";

/**
 * Reads the settings of a stack without running the program, so that a mistake stops a command at once.
 *
 * @param config config keys that the command line sets
 * @throws CommandFailure with every mistake in them
 */
export function readSettings(
    { name, text }: StackSource,
    config: Readonly<Record<string, string>>,
): Settings {
    try {
        const entries = { ...parseStackFile(text, name), ...config };
        return parseSettings(entries, {
            source: name,
            isSecret: (key) => isEncrypted(Reflect.get(entries, key)),
        });
    } catch (error) {
        throw new CommandFailure(
            messageOf(error).trimEnd(),
            "Nothing was changed. Correct this and run it again.",
            {
                cause: error,
            },
        );
    }
}

/** Pulumi writes an encrypted value as a mapping with the only key `secure`. */
function isEncrypted(value: unknown): boolean {
    return typeof value === "object" && value !== null && "secure" in value;
}
