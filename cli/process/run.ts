/** Options for running a command. */
export interface CommandContext {
    /** Variables set on top of the process's own. */
    readonly environment?: Readonly<Record<string, string>>;
    /** Ends the command (SIGTERM, then SIGKILL) when aborted. */
    readonly signal?: AbortSignal | undefined;
    /** Ends the command after so many milliseconds. No limit by default. */
    readonly timeout?: number;
    /** The command's input. Nothing by default. */
    readonly input?: string;
}

/**
 * Runs a command and returns what it wrote to its standard output, without the last line end.
 *
 * @throws ExecaError when the command can't be started or exits with another code than 0; its message holds the
 * command line and all of the output.
 */
export async function run(
    command: string,
    args: readonly string[],
    context: CommandContext = {},
): Promise<string> {
    // Loaded only here: the unit tests are CommonJS, which execa's dependencies can't be loaded from.
    const { execa } = await import("execa");
    const { stdout } = await execa(command, args, {
        env: { ...context.environment },
        ...(context.input === undefined ? { stdin: "ignore" } : { input: context.input }),
        ...(context.signal === undefined ? {} : { cancelSignal: context.signal }),
        ...(context.timeout === undefined ? {} : { timeout: context.timeout }),
    });
    return stdout;
}

/** As `run`, but undefined when the command can't be started, fails or takes longer than its `timeout`. */
export async function tryRun(
    command: string,
    args: readonly string[],
    context: CommandContext = {},
): Promise<string | undefined> {
    try {
        return await run(command, args, context);
    } catch {
        context.signal?.throwIfAborted();
        return undefined;
    }
}
