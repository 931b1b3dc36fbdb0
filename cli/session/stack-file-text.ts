import { Document, isMap, parseDocument } from "yaml";

import { CommandFailure } from "../terminal/failure.ts";

/**
 * The text of a stack's file, to be changed without losing its comments. What isn't a mapping where one belongs, as in
 * an empty file, counts as nothing.
 *
 * @throws CommandFailure if it isn't YAML
 */
export function stackDocument(text: string): Document {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) {
        throw new CommandFailure(`The stack file is not valid YAML: ${error.message}`);
    }
    if (!isMap(document.contents)) {
        return new Document({});
    }
    if (!isMap(document.get("config"))) {
        document.delete("config");
    }
    return document;
}
