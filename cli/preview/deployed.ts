import { existsSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";

import { parseStackFile } from "../../settings/stack-file.ts";
import { BuildConsent } from "../tools/build-consent.ts";
import { chooseStack, type ChosenStack } from "../session/resolve-stack.ts";
import { confirmOnStandardError } from "../terminal/prompt.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { listenForInterruption } from "../terminal/interruption.ts";
import { reportIfLate } from "../terminal/late-report.ts";
import type { Log } from "../terminal/log-file.ts";
import { installProviderPlugins } from "../pulumi/provider-plugins.ts";
import type { RenderingResponse } from "../../rendering/rendered-resource.ts";
import { PulumiFailure } from "../pulumi/pulumi-failure.ts";
import { prepareStackFiles, pulumiEnvironment } from "../session/pulumi-environment.ts";
import type { KnownTarget, TargetOptions } from "../session/target.ts";
import { providePulumi } from "../tools/tools.ts";
import { causesBySetting } from "./causes.ts";
import type { ResourceChange } from "./change.ts";
import { namespacesToAsk, type ClaimName } from "./data-at-risk.ts";
import { runEnginePreview, type EngineRun } from "./engine-preview.ts";
import { lastConfig } from "./last-config.ts";
import { renderApart } from "./rendering.ts";
import type { Report } from "./report.ts";
import { settingChanges, type Config, type SettingChange } from "./setting-changes.ts";
import { reportOf } from "./summary.ts";

export interface DeployedOptions extends TargetOptions {
    readonly stack: string;
    readonly offline: boolean;
    /** Where to keep the plan, for `npm run up -- --plan`. */
    readonly savePlan?: string | undefined;
}

/**
 * What `npm run up` would change in a stack as it is deployed now: by Pulumi's own preview.
 *
 * @throws CommandFailure if there is no cluster yet, or the engine finds a mistake
 */
export async function previewDeployed(options: DeployedOptions, log: Log): Promise<Report> {
    const { stack } = options;
    const late = reportIfLate((line) => {
        log.write(line);
        process.stderr.write(`${line}\n`);
    });
    const interruption = listenForInterruption(() => undefined);
    try {
        const chosen = await chooseStack(stack, options);
        const { target, backend } = chosen;
        if (!existsSync(target.kubeconfig)) {
            throw new CommandFailure(
                `There is no cluster yet to preview the stack ${stack} on: ${target.reason} is not there.`,
                `Make it: ${chosen.project.commands(stack).up}. Or compare with a revision, without a cluster: npm run preview -- --against HEAD`,
            );
        }
        const { offline } = options;
        const signal = interruption.requested;
        const provided = {
            offline,
            consent: new BuildConsent(offline),
            confirm: confirmOnStandardError(signal),
            report: late.report,
            signal,
        };
        const tools = await providePulumi(provided);
        const { pulumi } = tools;
        const environment = pulumiEnvironment(chosen, tools);
        await installProviderPlugins({ ...provided, pulumi, environment });
        await prepareStackFiles(chosen);
        const open = async (create: boolean): Promise<Stack | undefined> => {
            // What it needs takes longer to load than the rest together, and mostly the stack is there.
            const { openStack } = await import("../session/open-stack.ts");
            return await openStack(chosen, environment, interruption, create);
        };
        const settings = changedSettings(chosen, await lastConfig(chosen, () => open(false)));
        const { folder } = chosen.project;
        const { savePlan: plan } = options;
        const runEngine = (): Promise<EngineRun> =>
            runEnginePreview({ pulumi, folder, stack, environment, plan, interruption, log });
        const runWhateverItTakes = async (): Promise<EngineRun> => {
            const first = await runEngine();
            if (isMissingStack(first.failure)) {
                await open(true);
                return await runEngine();
            }
            return first;
        };
        const [trials, { changes, errors, failure }] = await Promise.all([
            renderTrials(chosen, settings),
            runWhateverItTakes(),
        ]);
        if (failure !== undefined) {
            refuse(errors, failure);
        }
        const [own, ...reverted] = trials;
        return reportOf({
            stack,
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
    } finally {
        late.end();
        interruption.stopListening();
    }
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
function changedSettings(chosen: ChosenStack, before: Config | undefined): readonly SettingChange[] {
    return before === undefined ? [] : settingChanges(before, presentConfig(chosen));
}

function presentConfig({ source, config }: ChosenStack): Config {
    return { ...parseStackFile(source.text, source.name), ...config };
}

/** The program as it is, and for each changed setting the program with that one put back. */
async function renderTrials(
    chosen: ChosenStack,
    settings: readonly SettingChange[],
): Promise<RenderingResponse> {
    if (settings.length === 0) {
        return [];
    }
    const { project, stack } = chosen;
    const configs = [presentConfig(chosen), ...settings.map(({ reverted }) => reverted)];
    return await renderApart({
        folder: project.folder,
        renderings: configs.map((config) => ({ stack, config })),
    });
}
