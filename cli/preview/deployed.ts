import type { RenderingResponse } from "../../rendering/rendered-resource.ts";
import { parseStackFile } from "../../settings/stack-file.ts";
import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import type { OpenedStack } from "../session/open-stack.ts";
import type { StackRef } from "../session/project.ts";
import type { ResolvedStack } from "../session/resolve-stack.ts";
import { nothing, openSession, type SessionOptions } from "../session/session.ts";
import type { KnownTarget } from "../session/target.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import { causesBySetting } from "./causes.ts";
import type { ResourceChange } from "./change.ts";
import { namespacesToAsk, type ClaimName } from "./data-at-risk.ts";
import { runEnginePreview, type EngineRun } from "./engine-preview.ts";
import { lastConfig } from "./last-config.ts";
import { renderApart } from "./rendering.ts";
import type { Report } from "./report.ts";
import { settingChanges, type Config, type SettingChange } from "./setting-changes.ts";
import { reportOf } from "./summary.ts";

export interface DeployedOptions extends SessionOptions {
    /** Where to keep the plan, for `npm run up -- --plan`. */
    readonly savePlan?: string | undefined;
}

/**
 * What `npm run up` would change in a stack as it is deployed now: by Pulumi's own preview.
 *
 * @throws StepFailure if there is no cluster yet, or the engine finds a mistake
 */
export async function previewDeployed(
    ref: StackRef,
    options: DeployedOptions,
    command: Command,
): Promise<Report> {
    const { interruption, log, progress } = command;
    const session = await openSession(
        ref,
        options,
        { existing: "cluster", providers: true, cluster: nothing, lock: false, state: nothing },
        command,
    );
    const { pulumi, environment, target, backend } = session;
    const open = async (create: boolean): Promise<OpenedStack | undefined> => {
        // What it needs takes longer to load than the rest together, and mostly the stack is there.
        const { openStack } = await import("../session/open-stack.ts");
        return await openStack(session, environment, interruption, create);
    };
    const settings = changedSettings(session, await lastConfig(session, () => open(false)));
    const { folder } = ref.project;
    const { savePlan: plan } = options;
    const runEngine = (): Promise<EngineRun> =>
        runEnginePreview({ pulumi, folder, stack: ref.name, environment, plan, interruption, log });
    const previewCreatedStack = async (): Promise<EngineRun> => {
        const first = await runEngine();
        if (isMissingStack(first.failure)) {
            await open(true);
            return await runEngine();
        }
        return first;
    };
    const [trials, { changes, errors, failure }] = await progress.step("Preview", () =>
        Promise.all([renderTrials(session, settings), previewCreatedStack()]),
    );
    if (failure !== undefined) {
        refuse(errors, failure);
    }
    const [own, ...reverted] = trials;
    return reportOf({
        stack: ref.name,
        source: "deployed",
        against: `what is deployed to ${target.context} (state in ${backend.description})`,
        remarks: errors.map(
            (error) =>
                `The engine's preview ends here, so more may change than what is shown: ${briefly(error)}`,
        ),
        changes,
        claims: await claimsConcerned(changes, target),
        settings: own === undefined ? new Map() : causesBySetting(own, settings, reverted),
        changedByCode: undefined,
    });
}

/** The claims on which it depends whether data is at risk; undefined if there is nothing to ask, or no answer. */
async function claimsConcerned(
    changes: readonly ResourceChange[],
    { kubeconfig, context }: KnownTarget,
): Promise<readonly ClaimName[] | undefined> {
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

function isMissingStack(failure: unknown): boolean {
    return failure instanceof PulumiFailure && failure.stderr.includes("no stack named");
}

/**
 * What is protected fails the engine's preview, and so does an object that is replaced under the same name: the provider
 * tries it out on the old one. That is a result; any other failure is none.
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

/** The first line of an error, without what only repeats which resource it is about. */
function briefly(error: string): string {
    const [line = ""] = error.split("\n", 1);
    return line.replace(/Preview failed: resource "\S+" was not successfully \w+ by the [\w ]+: /, "");
}

/** The settings that differ from those of the last `up`. */
function changedSettings(resolved: ResolvedStack, before: Config | undefined): readonly SettingChange[] {
    return before === undefined ? [] : settingChanges(before, presentConfig(resolved));
}

function presentConfig({ source, config }: ResolvedStack): Config {
    return { ...parseStackFile(source.text, source.name), ...config };
}

/** The program as it is, and for each changed setting the program with that one put back. */
async function renderTrials(
    resolved: ResolvedStack,
    settings: readonly SettingChange[],
): Promise<RenderingResponse> {
    if (settings.length === 0) {
        return [];
    }
    const { ref } = resolved;
    const configs = [presentConfig(resolved), ...settings.map(({ reverted }) => reverted)];
    return await renderApart({
        folder: ref.project.folder,
        renderings: configs.map((config) => ({ stack: ref.name, config })),
    });
}
