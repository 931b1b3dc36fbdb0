import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** An argument that can't be used. */
export interface ArgumentMistake {
    /** The argument's property path, as in `autoscaling.minReplicas`. */
    readonly argument: string;
    /** The value in words, as in `80`, `nothing` or `an output`. */
    readonly got: string;
    /** The values that are taken, and what to do instead. */
    readonly expected: string;
}

/** The most of a value that a message shows, in characters. */
const longestShown = 100;

function shown(value: unknown): string {
    if (value === undefined) {
        return "nothing";
    }
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return "an output";
    }
    if (Array.isArray(value)) {
        return `[${value.map(shown).join(", ")}]`;
    }
    if (typeof value === "object" && value !== null) {
        // It may hold a secret, or itself.
        return "a mapping";
    }
    const text = typeof value === "string" ? JSON.stringify(value) : inspect(value);
    return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** Gives a list with the mistake in it, or an empty one if the argument can be used. */
export function mistakeUnless(
    usable: boolean,
    argument: string,
    value: unknown,
    expected: string,
): ArgumentMistake[] {
    return usable ? [] : [{ argument, got: shown(value), expected }];
}

/** Tells whether a value is there already, rather than known to the engine alone. */
export function isPlain(value: unknown): boolean {
    return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

/** Tells whether a value is a text that isn't empty, or is to become one. */
export function isText(value: unknown): boolean {
    return !isPlain(value) || (typeof value === "string" && value !== "");
}

/** A key that needs no quotes in a path. */
const plainKey = /^[\w$-]+$/;

/** The path of a property within another: `files["/etc/app.conf"]`. */
export function propertyPath(path: string, key: string): string {
    if (!plainKey.test(key)) {
        return `${path}[${JSON.stringify(key)}]`;
    }
    return path === "" ? key : `${path}.${key}`;
}

/** The names of all arguments of a kind. A type ties them to its interface: none can be missed, none is left over. */
export type ArgumentNames<Args> = Readonly<Record<keyof Args, true>>;

/**
 * Finds the arguments that nobody reads: at run time, nothing else tells of a misspelled one. Arguments that are not
 * given, or are an output, have none.
 *
 * @param path The property path of the arguments themselves; empty for a component's own.
 */
export function unknownArguments(
    args: unknown,
    names: Readonly<Record<string, true>>,
    path = "",
): ArgumentMistake[] {
    if (typeof args !== "object" || args === null || !isPlain(args)) {
        return [];
    }
    return Object.keys(args)
        .filter((name) => !Object.hasOwn(names, name))
        .map((name) => ({
            argument: propertyPath(path, name),
            got: "an unknown argument",
            expected: `one of ${Object.keys(names).sort().join(", ")}`,
        }));
}

/**
 * Finds the mistakes in a group of arguments of which none may be missing.
 *
 * @param optional the names of others that may
 */
export function groupMistakes(
    group: unknown,
    names: Readonly<Record<string, true>>,
    path: string,
    optional: Readonly<Record<string, true>> = {},
): ArgumentMistake[] {
    if (typeof group !== "object" || group === null) {
        return mistakeUnless(false, path, group, `a mapping of ${Object.keys(names).join(", ")}`);
    }
    const given = new Map(Object.entries(group));
    return [
        ...unknownArguments(group, { ...names, ...optional }, path),
        ...Object.keys(names).flatMap((name) =>
            mistakeUnless(given.get(name) !== undefined, propertyPath(path, name), undefined, "a value"),
        ),
    ];
}

/**
 * Thrown by a component's constructor, before it creates anything, with every mistake in its arguments. Pulumi
 * prints the message of a `RunError` without a stack trace.
 */
export class ArgumentsError extends pulumi.RunError {
    readonly component: string;
    readonly mistakes: readonly ArgumentMistake[];

    constructor(component: string, mistakes: readonly ArgumentMistake[]) {
        const lines = mistakes.map(
            ({ argument, got, expected }) => `  ${argument}: got ${got}; expected ${expected}`,
        );
        super(`${component} can't be created from these arguments:\n${lines.join("\n")}`);
        this.component = component;
        this.mistakes = mistakes;
    }
}

/** @throws {ArgumentsError} if there is any mistake. */
export function refuseMistakes(component: string, mistakes: readonly ArgumentMistake[]): void {
    if (mistakes.length > 0) {
        throw new ArgumentsError(component, mistakes);
    }
}
