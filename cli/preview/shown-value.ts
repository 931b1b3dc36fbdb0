import { otherSecretValue, secretValue, unknownValue } from "./change.ts";

/** The longest text for a value. */
const longest = 160;

/** The number of common characters that are shown before two long texts differ. */
const lead = 20;

/** Writes two values that differ as one line each, so that the difference is seen; undefined is no value. */
export function shownValues(before: unknown, after: unknown): [string | undefined, string | undefined] {
    const texts = [text(before), text(after)] as const;
    const [former, latter] = texts;
    if (former === undefined || latter === undefined || Math.max(former.length, latter.length) <= longest) {
        return [former && cut(former, 0), latter && cut(latter, 0)];
    }
    let differs = 0;
    while (differs < former.length && former[differs] === latter[differs]) {
        differs += 1;
    }
    const from = Math.max(0, differs - lead);
    return [cut(former, from), cut(latter, from)];
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

/**
 * Writes control characters, line ends and what turns the direction of a text as escapes: a program names things as it
 * likes, and a preview may come from anybody.
 */
export function withoutControls(line: string): string {
    return line.replace(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
        (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

function cut(line: string, from: number): string {
    const start = from === 0 ? "" : "…";
    const rest = line.slice(from);
    return `${start}${rest.length > longest ? `${rest.slice(0, longest)}…` : rest}`;
}
