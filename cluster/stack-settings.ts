import { existsSync } from "node:fs";

import { parseSettings, type Settings } from "../settings/parse.ts";
import { readStackFile } from "../settings/stack-file.ts";
import { CommandFailure, messageOf } from "./failure.ts";
import { shortName, stackFile } from "./stack-folder.ts";

/**
 * Reads the settings of a stack without running the program, so that a mistake stops a command at once.
 *
 * @param config config keys that the command line sets
 * @throws CommandFailure with every mistake in them
 */
export function readSettings(stack: string, config: Readonly<Record<string, string>>): Settings {
    const file = stackFile(stack);
    const source = `Pulumi.${shortName(stack)}.yaml`;
    if (!existsSync(file)) {
        throw new CommandFailure(
            `There are no settings for the stack "${stack}": ${source} does not exist.`,
            "Write it (Pulumi.dev.yaml is an example), or name another stack with --stack.",
        );
    }
    try {
        const entries = { ...readStackFile(file), ...config };
        return parseSettings(entries, { source, isSecret: (key) => isEncrypted(Reflect.get(entries, key)) });
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
