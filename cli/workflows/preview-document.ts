import { readFileSync, statSync } from "node:fs";
import * as v from "valibot";

import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { truncate } from "../terminal/text.ts";
import { documentSchema, type PreviewDocument } from "../preview/report.ts";

/** The largest file that is read, in bytes: thousands of resources with all their differences. */
const largest = 5_000_000;

/**
 * Reads a document of `npm run preview -- --json`. It may come from a stranger's pull request: it is data of a known form
 * and size, or refused.
 *
 * @throws CommandFailure if it is anything else
 */
export function readPreviewDocument(file: string): PreviewDocument {
    const { size } = statSync(file);
    if (size > largest) {
        throw new CommandFailure(`${file} has ${size} bytes, and ${largest} are the most that is read.`);
    }
    let content: unknown;
    try {
        content = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new CommandFailure(`${file} is not JSON: ${messageOf(error)}`, "", { cause: error });
    }
    const parsed = v.safeParse(documentSchema, content, { abortEarly: true });
    if (!parsed.success) {
        const [issue] = parsed.issues;
        throw new CommandFailure(
            `${file} is not what npm run preview -- --json writes: ${v.getDotPath(issue) ?? "the whole"}: ${truncate(issue.message, 300)}`,
        );
    }
    return parsed.output;
}
