import * as pulumi from "@pulumi/pulumi";

/** One argument that can't be used. */
export interface ArgumentMistake {
    /** The argument's path, as in `autoscaling.minReplicas`. */
    readonly argument: string;
    readonly value: unknown;
    /** What was expected, and what to do instead. */
    readonly expected: string;
}

function shown(value: unknown): string {
    if (value === undefined) {
        return "nothing";
    }
    return pulumi.Output.isInstance(value) ? "an output" : JSON.stringify(value);
}

/**
 * Thrown by a component's constructor, before it creates anything, with every mistake in its arguments. Pulumi
 * prints the message of a `RunError` without a stack trace.
 */
export class ArgumentsError extends pulumi.RunError {
    constructor(
        readonly component: string,
        readonly mistakes: readonly ArgumentMistake[],
    ) {
        const lines = mistakes.map(
            ({ argument, value, expected }) => `  ${argument}: got ${shown(value)}; expected ${expected}`,
        );
        super(`${component} can't be created from these arguments:\n${lines.join("\n")}`);
    }
}
