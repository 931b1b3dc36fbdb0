/** One thing that is wrong with a stack's settings. */
export interface Mistake {
    /** The full key as typed in the stack's file, as in `multitier:server.replicas`. */
    readonly key: string;
    /** The value, shortened and never a secret; absent where the setting is missing. */
    readonly value?: string;
    /** What was expected, or what is wrong and what to do instead. */
    readonly problem: string;
}

function shownMistake({ key, value, problem }: Mistake): string {
    return `  ${value === undefined ? key : `${key} = ${value}`}\n      ${problem}`;
}

/** Every mistake in a stack's settings, in one error. Pulumi prints only its message, without a stack trace. */
export class SettingsError extends Error {
    override readonly name = "SettingsError";

    /**
     * What `RunError.isInstance` of @pulumi/pulumi looks for. Extending `RunError` would make each tool that reads
     * settings load the whole SDK.
     */
    readonly __pulumiRunError = true;

    constructor(
        readonly mistakes: readonly Mistake[],
        /** Whose settings they are, as in "Pulumi.dev.yaml". */
        readonly source: string,
    ) {
        const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
        super(`${count} in the settings of ${source}:\n\n${mistakes.map(shownMistake).join("\n")}\n`);
    }
}
