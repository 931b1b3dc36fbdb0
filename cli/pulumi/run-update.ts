import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import { CommandFailure } from "../terminal/failure.ts";
import type { Log } from "../terminal/log-file.ts";
import { planViolation } from "./plan-violation.ts";
import type { StepContext } from "../terminal/steps.ts";
import { providerWasSlow } from "./pulumi-failure.ts";
import { UpdateProgress } from "./update-progress.ts";

/** Callbacks that the Automation API's operations are followed by. */
export interface Follow {
    readonly onEvent: (event: EngineEvent) => void;
    readonly onOutput: (text: string) => void;
    readonly onError: (text: string) => void;
    readonly color: "never";
    /** The summary's config in plain text is of no use here; asking for it has Pulumi write into the stack file. */
    readonly showSecrets: false;
    readonly suppressProgress: true;
}

/** The command line that removes what an operation worked on. */
interface DownCommand {
    readonly down: string;
}

/**
 * Follows one operation of the engine: its output goes to the log, its progress to the person, and when it fails
 * the failure says what the engine reported, resource by resource. One that fails since a provider was slow to start is
 * run once more: the engine goes on from its state.
 *
 * @param troubles what else is known to be wrong when it fails
 */
export async function followUpdate<Result>(
    step: StepContext,
    log: Log,
    commands: DownCommand,
    operation: (follow: Follow) => Promise<Result>,
    troubles: () => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<{ readonly result: Result; readonly progress: UpdateProgress }> {
    const attempt = async () => {
        const progress = new UpdateProgress();
        try {
            return { result: await operation(follow(progress, step, log)), progress };
        } catch (error) {
            throw new FailedOperation(progress.errors, error);
        }
    };
    try {
        return await attempt().catch(async (failed: unknown) => {
            if (!(failed instanceof FailedOperation) || !providerWasSlow(failed.cause)) {
                throw failed;
            }
            step.report("a provider took more than the engine's 10 s to start: once more");
            return await attempt();
        });
    } catch (failed) {
        throw failed instanceof FailedOperation ? await explained(failed, commands, troubles) : failed;
    }
}

/** An operation that failed, with the engine's errors; `cause` is what the Automation API threw. */
class FailedOperation extends Error {
    override readonly name = "FailedOperation";
    readonly errors: readonly string[];

    constructor(errors: readonly string[], cause: unknown) {
        super(errors.join("\n"), { cause });
        this.errors = errors;
    }
}

function follow(progress: UpdateProgress, step: StepContext, log: Log): Follow {
    return {
        color: "never",
        showSecrets: false,
        suppressProgress: true,
        onOutput: log.write,
        onError: log.write,
        onEvent: (event) => {
            if (progress.take(event)) {
                step.status(progress.line());
            }
        },
    };
}

/** The message for the person: the engine's errors, or the thrown one where it reported none. */
async function explained(
    { errors, cause }: FailedOperation,
    { down }: DownCommand,
    troubles: () => Promise<readonly string[]>,
): Promise<unknown> {
    if (errors.length === 0) {
        return cause;
    }
    const violations = errors.flatMap((text) => planViolation(text) ?? []);
    if (violations.length > 0) {
        return new CommandFailure(
            `Something has changed since the plan was made:\n${violations.join("\n")}`,
            "Nothing but what is in the plan was done. See what would be done now, and save it as a new plan: " +
                "npm run preview -- --save-plan FILE",
            { cause },
        );
    }
    return new CommandFailure(
        [...errors, ...(await troubles())].join("\n"),
        `What was created so far is in the state: correct it and run this again, or remove it: ${down}`,
        { cause },
    );
}
