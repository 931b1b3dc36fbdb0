/**
 * A failure that was foreseen: the person reads what went wrong and what to do, and no stack trace.
 */
export class CommandFailure extends Error {
    override readonly name: string = "CommandFailure";
    /** The remedy: one or more lines; empty when the reason says it already. */
    readonly remedy: string;

    /**
     * @param reason what went wrong, where, and what was expected
     * @param remedy what to do about it
     */
    constructor(reason: string, remedy = "", options?: ErrorOptions) {
        super(reason, options);
        this.remedy = remedy;
    }
}

/** The work was stopped by a signal (Ctrl-C); nothing is wrong. */
export class Interrupted extends Error {
    override readonly name = "Interrupted";

    constructor() {
        super("Interrupted.");
    }
}

/** A step of a command that failed, with its title; `cause` is what it threw. */
export class StepFailure extends Error {
    override readonly name = "StepFailure";
    readonly step: string;

    constructor(step: string, cause: unknown) {
        // What listr2 shows beside the step; the reason follows in full (describeFailure).
        super("see below", { cause });
        this.step = step;
    }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
    return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The text that ends a failed command: which step, why, what to do, and where the full log is. */
export function describeFailure(thrown: unknown, logFile: string): string {
    const cause = thrown instanceof StepFailure ? thrown.cause : thrown;
    const step = thrown instanceof StepFailure ? `${thrown.step}: ` : "";
    const remedy = cause instanceof CommandFailure && cause.remedy !== "" ? [indent(cause.remedy)] : [];
    const message = cause instanceof CommandFailure ? cause.message : shortened(messageOf(cause));
    return [`✖ ${step}${message}`, ...remedy, indent(`The full log: ${logFile}`)].join("\n");
}

/** The same for a command without steps and a log: why, and what to do. */
export function describeBriefly(thrown: unknown): string {
    const remedy = thrown instanceof CommandFailure && thrown.remedy !== "" ? [indent(thrown.remedy)] : [];
    return [`✖ ${messageOf(thrown)}`, ...remedy].join("\n");
}

/** A message may hold all that a program wrote: its first lines say which, its last ones usually why. */
function shortened(message: string): string {
    const lines = message.trimEnd().split("\n");
    return lines.length <= 20
        ? lines.join("\n")
        : [...lines.slice(0, 3), "…", ...lines.slice(-15)].join("\n");
}

function indent(text: string): string {
    return text.replace(/^(?=.)/gm, "  ");
}
