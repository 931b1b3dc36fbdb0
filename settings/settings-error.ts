/** One thing that is wrong with a stack's settings. */
export interface Mistake {
    /** The full key as typed in the stack's file, as in `multitier:server.replicas`. */
    readonly key: string;
    /** The value, shortened and never a secret; absent where the setting is missing. */
    readonly value?: string;
    /** The expectation, or the mistake and what to do instead. */
    readonly problem: string;
}

/** The most mistakes that a message lists. */
export const mostShown = 50;

/**
 * Every mistake in a stack's settings, in one error; its message lists the first fifty. Pulumi prints only the message,
 * without a stack trace.
 */
export class SettingsError extends Error {
    override readonly name = "SettingsError";

    /**
     * The mark that `RunError.isInstance` of @pulumi/pulumi looks for. Extending `RunError` would make each tool that
     * reads settings load the whole SDK.
     */
    readonly __pulumiRunError = true;

    constructor(
        readonly mistakes: readonly Mistake[],
        /** Whose settings they are, as in "Pulumi.dev.yaml". */
        readonly source: string,
    ) {
        const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
        const list = mistakes
            .slice(0, mostShown)
            .map(
                ({ key, value, problem }) =>
                    `  ${[key, value].filter((part) => part !== undefined).join(" = ")}\n      ${problem}\n`,
            );
        const more = mistakes.length > mostShown ? `  and ${mistakes.length - mostShown} more\n` : "";
        super(`${count} in the settings of ${source}:\n\n${list.join("")}${more}`);
    }
}
