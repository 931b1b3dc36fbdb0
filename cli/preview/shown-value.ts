import { otherSecretValue, secretValue, unknownValue } from "./change.ts";

/** The longest text that a value is shown as. */
const longest = 160;

/** How many characters that two long texts have in common are shown before where they differ. */
const lead = 20;

/** Two values that differ as text on one line each, in which the difference can be seen; undefined is no value. */
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
    // A program may name things as it likes, so nothing in it reaches a terminal raw.
    return JSON.stringify(value).replace(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
        (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

function cut(line: string, from: number): string {
    const start = from === 0 ? "" : "…";
    const rest = line.slice(from);
    return `${start}${rest.length > longest ? `${rest.slice(0, longest)}…` : rest}`;
}
