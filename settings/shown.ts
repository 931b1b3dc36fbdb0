const longest = 60;

/** Writes control characters, line ends and what turns the direction of a text as escapes. */
export function withoutControls(text: string): string {
    return text.replace(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
        (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

/** A text in quotes on one line, shortened: it may come from anybody, so nothing in it reaches the terminal raw. */
export function quoted(text: string): string {
    return withoutControls(JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text));
}

/** An object as JSON and YAML make it; not a list, a date or an instance of some class. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null) {
        return false;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}

/** Any value in a few words. */
export function shown(value: unknown): string {
    if (typeof value === "string") {
        return quoted(value);
    }
    if (typeof value === "number" || typeof value === "boolean" || value === null) {
        return String(value);
    }
    if (Array.isArray(value) || isMapping(value)) {
        const kind = Array.isArray(value) ? "list" : "mapping";
        return Object.keys(value).length === 0 ? `an empty ${kind}` : `a ${kind}`;
    }
    return `a value of type ${typeof value}`;
}
