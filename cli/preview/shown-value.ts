import { withoutControls } from "../../settings/shown.ts";
import { truncate } from "../terminal/text.ts";
import { otherSecretValue, secretValue, unknownValue } from "./change.ts";

/** The longest text for a value. */
const longest = 160;

/** The number of common characters that are shown before two long texts differ. */
const lead = 20;

/** Writes two values that differ as one line each, so that the difference is seen; undefined is no value. */
export function shownValues(before: unknown, after: unknown): Record<"before" | "after", string | undefined> {
    const [former, latter] = [text(before), text(after)];
    if (former === undefined || latter === undefined || Math.max(former.length, latter.length) <= longest) {
        return { before: former && cut(former, 0), after: latter && cut(latter, 0) };
    }
    let differs = 0;
    while (differs < former.length && former[differs] === latter[differs]) {
        differs += 1;
    }
    const from = Math.max(0, differs - lead);
    return { before: cut(former, from), after: cut(latter, from) };
}

function text(value: unknown): string | undefined {
    if (value === undefined) {
        return undefined;
    }
    if (value === secretValue || value === otherSecretValue || value === unknownValue) {
        return value;
    }
    return withoutControls(JSON.stringify(value));
}

function cut(line: string, from: number): string {
    return (from === 0 ? "" : "…") + truncate(line.slice(from), longest + 1);
}
