import { firstFew, truncate } from "../terminal/text.ts";

/** Number of the differing values that are named. */
const namedAtMost = 6;

/**
 * Rewrites the engine's message on a step that is not the one in a plan, so that a person can read it: it prints both
 * states of the resource whole, of which only the words that differ are of interest.
 *
 * @returns undefined if the message says no such thing
 */
export function planViolation(message: string): string | undefined {
    const violation = /resource (urn:\S+) violates plan: (.*)/s.exec(message);
    if (violation === null) {
        return undefined;
    }
    const [, urn = "", text = ""] = violation;
    const name = urn.split("::").at(-1) ?? urn;
    const changed = /^properties changed: (.*)$/s.exec(text.trim())?.[1];
    return `${name} would not change as planned: ${changed === undefined ? text.trim() : differences(changed)}`;
}

/** As in `~~spec[{map[replicas:{2}]}!={map[replicas:{3}]}]`, `++data[{…}]`, `--data[{…}]`. */
function differences(changed: string): string {
    const both = /^~~([^[]+)\[(.*?)!=(.*)\]$/s.exec(changed);
    if (both === null) {
        const properties = [...changed.matchAll(/(?:^|[,\s])(\+\+|--|~~)([\w.-]+)\[/g)].map(
            ([, , key = ""]) => key,
        );
        return properties.length === 0 ? truncate(changed, 200) : properties.join(", ");
    }
    const [, key = "", planned = "", now = ""] = both;
    const [former, latter] = [words(planned), words(now)];
    const pairs = former.flatMap((word, index) =>
        word === latter[index] ? [] : [`${word} is now ${latter[index] ?? "gone"}`],
    );
    // Where words were added or removed, all that follow are shifted.
    const different =
        former.length === latter.length
            ? pairs
            : latter.filter((word) => !former.includes(word)).map((word) => `${word} is new`);
    return `${key}: ${firstFew(different, namedAtMost)}`;
}

/** The values of Go's way to print nested maps, each with its key. */
function words(text: string): string[] {
    return text.split(/\s+/).map((word) =>
        word
            .replace(/^[{[]*(?:map\[)+/, "")
            .replace(/[{}[\]]+$/, "")
            .replace(/:\{+(?:map\[)?/g, ": "),
    );
}
