import { Document, isAlias, isMap } from "yaml";

import { parseSettings, type Settings } from "../../settings/parse.ts";
import { parseStackFile, parseYaml, projectName } from "../../settings/stack-file.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";

/** The text of a stack's file, and that of the project's `Pulumi.yaml`, whose `config` holds for all stacks. */
export interface StackTexts {
    /** For a person, as in "Pulumi.dev.yaml". */
    readonly name: string;
    readonly text: string;
    readonly projectText?: string | undefined;
}

/**
 * Reads the config of a stack as Pulumi takes it.
 *
 * @throws CommandFailure if a file isn't YAML, or not that of a stack
 */
export function stackConfig({ name, text, projectText }: StackTexts): Readonly<Record<string, unknown>> {
    return orFailure(() => parseStackFile(text, name, projectText));
}

/**
 * The text of a stack's file, to be changed without losing its comments. What isn't a mapping where one belongs, as in
 * an empty file, counts as nothing.
 *
 * @param name the file, for the error where it isn't YAML
 * @throws CommandFailure if it isn't YAML
 */
export function stackDocument(text: string, name = "The stack file"): Document {
    const { document } = orFailure(() => parseYaml(text, name));
    if (!isMap(document.contents)) {
        return new Document({});
    }
    const config = document.get("config");
    if (isAlias(config)) {
        document.set("config", document.createNode(config.toJS(document)));
    } else if (!isMap(config)) {
        document.delete("config");
    }
    return document;
}

/**
 * Reads the settings of a stack without running the program, so that a mistake stops a command at once.
 *
 * @param config config keys that the command line sets
 * @throws CommandFailure with every mistake in them
 */
export function readSettings(
    { name, text, projectText }: StackTexts,
    config: Readonly<Record<string, string>>,
): Settings {
    return orFailure(
        () =>
            parseSettings(
                { ...parseStackFile(text, name, projectText), ...config },
                { source: name, ...(projectText !== undefined && { project: projectName(projectText) }) },
            ),
        "Nothing was changed. Correct this and run it again.",
    );
}

function orFailure<Result>(read: () => Result, remedy = "Correct the file and run it again."): Result {
    try {
        return read();
    } catch (error) {
        throw new CommandFailure(messageOf(error).trimEnd(), remedy, { cause: error });
    }
}
