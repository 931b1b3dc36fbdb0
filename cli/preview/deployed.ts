import { ownershipOf } from "../kubernetes/stack-labels.ts";
import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import type { StackRef } from "../session/project.ts";
import { nothing, openSession, type SessionOptions } from "../session/session.ts";
import type { KnownTarget } from "../session/target.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import type { ResourceChange } from "./change.ts";
import type { ClaimName } from "./data-at-risk.ts";
import { runEnginePreview, type EngineRun } from "./engine-preview.ts";
import type { PreviewReport } from "./report.ts";

export interface DeployedOptions extends SessionOptions {
    /** The file to keep the plan in, for `npm run up -- --plan`. */
    readonly savePlan?: string | undefined;
}

/**
 * Previews by Pulumi's own engine what `npm run up` would change in a stack as it is deployed now.
 *
 * @throws StepFailure if there is no cluster yet, it doesn't answer, or the engine finds a mistake
 */
export async function previewDeployed(
    ref: StackRef,
    options: DeployedOptions,
    command: Command,
): Promise<PreviewReport> {
    const { interruption, log, progress } = command;
    const session = await openSession(
        ref,
        options,
        { existing: "cluster", providers: true, cluster: nothing, lock: false, state: nothing },
        command,
    );
    const { pulumi, environment, target, backend } = session;
    const { savePlan: plan } = options;
    const { folder } = ref.project;
    const cli = { pulumi, folder, stack: ref.name, environment, interruption, log };
    const [{ changes, errors, failure }, since, trouble, { reportOf }, { driftNotices, noDrift }] =
        await progress.step("Preview", () =>
            // The engine comes first: while it starts there is time to load the rest.
            Promise.all([
                previewCreated(
                    () => runEnginePreview({ ...cli, plan }),
                    async () => {
                        // Mostly the stack exists.
                        const { openStack } = await import("../session/open-stack.ts");
                        await openStack(session, interruption, true);
                    },
                ),
                import("./last-config.ts").then(({ changesSinceUp }) => changesSinceUp(session, cli)),
                import("./cluster-answer.ts").then(({ clusterTrouble }) => clusterTrouble(target)),
                import("./summary.ts"),
                import("./drift-notices.ts"),
            ]),
        );
    if (failure !== undefined) {
        refuse(errors, failure);
    }
    const labels = ownershipOf(ref.project.name, ref.shortName);
    const drift = trouble === undefined ? await driftNotices(changes, target, labels) : noDrift;
    const { settings, complete } = since;
    return reportOf({
        stack: ref.name,
        source: "deployed",
        against: `what is deployed to ${target.context} (state in ${backend.description})`,
        remarks: [
            ...errors.map(
                (error) =>
                    `The engine's preview ends here, so more may change than what is shown: ${briefly(error)}`,
            ),
            ...(trouble === undefined
                ? []
                : [(await import("./cluster-answer.ts")).remarkOn(trouble, changes)]),
            ...(complete || changes.every(({ operation }) => operation === "create" || operation === "same")
                ? []
                : ["Some settings of the last up are not known: what changes may follow from one of them."]),
            ...drift.remarks,
        ],
        notices: drift.notices,
        changes,
        claims: trouble === undefined ? await claimsConcerned(changes, target) : undefined,
        settings,
        settingsComplete: complete,
    });
}

/** The claims on which it depends if data is at risk; undefined if there is nothing to ask, or no answer. */
async function claimsConcerned(
    changes: readonly ResourceChange[],
    { kubeconfig, context }: KnownTarget,
): Promise<readonly ClaimName[] | undefined> {
    const { namespacesToAsk } = await import("./data-at-risk.ts");
    const namespaces = namespacesToAsk(changes);
    if (namespaces.length === 0) {
        return undefined;
    }
    const { connect } = await import("../kubernetes/client.ts");
    const { claimNames } = await import("../kubernetes/objects.ts");
    const client = connect(kubeconfig, context);
    // Without an answer the data is taken to be there.
    return await claimNames(client, namespaces).catch(() => undefined);
}

/** Runs the engine's preview, and once more after creating a stack that doesn't exist. */
async function previewCreated(
    runEngine: () => Promise<EngineRun>,
    createStack: () => Promise<void>,
): Promise<EngineRun> {
    const first = await runEngine();
    if (!isMissingStack(first.failure)) {
        return first;
    }
    await createStack();
    return await runEngine();
}

function isMissingStack(failure: unknown): boolean {
    return failure instanceof PulumiFailure && failure.stderr.includes("no stack named");
}

/**
 * Throws the error of a failed preview, unless it is a result: the engine fails on what is protected, and on an object
 * that is replaced under the same name, since the provider tries the new one out on the old.
 */
function refuse(errors: readonly string[], error: unknown): void {
    if (errors.length === 0) {
        throw error;
    }
    if (!errors.every((each) => /protect|immutable after creation|field is immutable/i.test(each))) {
        throw new CommandFailure(errors.join("\n"), "Nothing was changed. Correct this and run it again.", {
            cause: error,
        });
    }
}

/** The first line of an error, without the part that only repeats the resource. */
function briefly(error: string): string {
    const [line = ""] = error.split("\n", 1);
    return line.replace(/Preview failed: resource "\S+" was not successfully \w+ by the [\w ]+: /, "");
}
