import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

import { CommandFailure } from "./failure.ts";
import type { Log } from "./log-file.ts";
import { planViolation } from "./plan-violation.ts";
import type { Talk } from "./progress.ts";
import type { ProjectCommands } from "./project.ts";
import { UpdateProgress } from "./update-progress.ts";

/** What the Automation API's operations take to be followed. */
export interface Follow {
    readonly onEvent: (event: EngineEvent) => void;
    readonly onOutput: (text: string) => void;
    readonly onError: (text: string) => void;
    readonly color: "never";
    /** The summary's config in plain text is of no use here; asking for it has Pulumi write into the stack file. */
    readonly showSecrets: false;
    readonly suppressProgress: true;
}

/**
 * Follows one operation of the engine: its output goes to the log, its progress to the person, and when it fails
 * the failure says what the engine reported, resource by resource.
 *
 * @param troubles what else is known to be wrong when it fails
 */
export async function followUpdate<Result>(
    talk: Talk,
    log: Log,
    { down }: ProjectCommands,
    operation: (follow: Follow) => Promise<Result>,
    troubles: () => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<{ readonly result: Result; readonly progress: UpdateProgress }> {
    const progress = new UpdateProgress();
    try {
        const result = await operation({
            color: "never",
            showSecrets: false,
            suppressProgress: true,
            onOutput: log.write,
            onError: log.write,
            onEvent: (event) => {
                if (progress.take(event)) {
                    talk.status(progress.line());
                }
            },
        });
        return { result, progress };
    } catch (error) {
        if (progress.errors.length === 0) {
            throw error;
        }
        const violations = progress.errors.flatMap((text) => planViolation(text) ?? []);
        if (violations.length > 0) {
            throw new CommandFailure(
                `Something has changed since the plan was made:\n${violations.join("\n")}`,
                "Nothing but what is in the plan was done. See what would be done now, and save it as a new plan: " +
                    "npm run preview -- --save-plan FILE",
                { cause: error },
            );
        }
        throw new CommandFailure(
            [...progress.errors, ...(await troubles())].join("\n"),
            `What was created so far is in the state: correct it and run this again, or remove it: ${down}`,
            { cause: error },
        );
    }
}
