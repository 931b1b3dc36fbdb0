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
    { name, text, projectText }: StackSource,
    config: Readonly<Record<string, string>>,
): Settings {
    try {
        return parseSettings({ ...parseStackFile(text, name, projectText), ...config }, { source: name });
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
