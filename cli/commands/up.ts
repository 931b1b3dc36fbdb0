import type { UpResult } from "@pulumi/pulumi/automation/index.js";

import { BuildConsent } from "../tools/build-consent.ts";
import { chooseStack } from "../session/resolve-stack.ts";
import { claimNames } from "../kubernetes/objects.ts";
import type { Command } from "../terminal/command-run.ts";
import { vocabularyOf } from "../explain/vocabulary.ts";
import { watchTiers } from "../explain/watch-tiers.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { clusterUid, connect } from "../kubernetes/client.ts";
import { stackLabels } from "../session/orphans.ts";
import { runEnginePreview, type EngineRun } from "../preview/engine-preview.ts";
import { namespacesOf, refuseDataLoss } from "../preview/refuse-data-loss.ts";
import { provideCluster } from "./provide-cluster.ts";
import { reconcile, refuseIfBusy } from "../session/reconcile.ts";
import { describeResult } from "./up-summary.ts";
import { installProviderPlugins } from "../pulumi/provider-plugins.ts";
import { whyRefresh } from "../session/refresh-reason.ts";
import { awaitRollouts, listRollouts } from "../kubernetes/rollout.ts";
import { followUpdate, type Follow } from "../pulumi/run-update.ts";
import { clearLocks } from "../session/lock.ts";
import { prepareStackFiles, pulumiEnvironment } from "../session/pulumi-environment.ts";
import { openStack } from "../session/open-stack.ts";
import { application, type Project, type ProjectCommands } from "../session/project.ts";
import { shortName } from "../session/stack-folder.ts";
import { recordDeployedTo, type KnownTarget, type TargetOptions } from "../session/target.ts";
import { provideTools, type Tools } from "../tools/tools.ts";

/** The options of `npm run up`. */
export interface UpOptions extends TargetOptions {
    readonly stack: string;
    readonly offline: boolean;
    readonly refresh: boolean;
    /** A plan of `npm run preview -- --save-plan`: just that is done, or nothing. Default: whatever there is to do. */
    readonly plan?: string | undefined;
    /** Go on though data is at risk, without a look. */
    readonly allowDataLoss: boolean;
}

/** A stack that is up. */
export interface StackUp {
    readonly target: KnownTarget;
    readonly namespace: string;
    readonly tools: Tools;
    /** Its outputs by name, without the secret ones. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Brings up the application: see {@link bringUp}.
 *
 * @returns the text to end with: the URL and the DNS names
 * @throws StepFailure or Interrupted
 */
export async function up(options: UpOptions, command: Command): Promise<string> {
    const { outputs } = await bringUp(application, options, command);
    return describeResult(outputs, application.commands(options.stack));
}

/**
 * Brings up everything: tools, cluster, images, ingress controller, and a project's stack.
 *
 * @throws StepFailure or Interrupted
 */
export async function bringUp(
    project: Project,
    options: UpOptions,
    { progress, interruption, log }: Command,
): Promise<StackUp> {
    const { stack } = options;
    const commands = project.commands(stack);
    const signal = interruption.requested;

    const chosen = await progress.step("Settings", async ({ done }) => {
        const chosen = await chooseStack(stack, options, project);
        done(`stack ${stack}; state in ${chosen.backend.description}`);
        return chosen;
    });
    const { needs, target, backend, deployedTo } = chosen;

    const { offline } = options;
    const consent = new BuildConsent(offline);
    const tools = await progress.step("Tools", async ({ report, confirm, done }) => {
        const provided = { offline, consent, confirm, report, signal };
        const tools = await provideTools(provided);
        const environment = pulumiEnvironment(chosen, tools);
        await installProviderPlugins({ ...provided, pulumi: tools.pulumi, environment });
        done(offline ? "Pulumi, kind and kubectl, without downloads" : "Pulumi, kind and kubectl");
        return tools;
    });

    await provideCluster({ target, needs, tools, offline, consent }, { progress, interruption, log });

    const labels = stackLabels(project.name, shortName(stack));
    const { client, uid } = await progress.step("Checks", async ({ done }) => {
        const client = connect(target.kubeconfig, target.context);
        const uid = await clusterUid(client);
        await needs.check(client, labels);
        done(`the settings fit the cluster (${client.context})`);
        return { client, uid };
    });

    const { opened, record, refresh, known, claims } = await progress.step("State", async (talk) => {
        await prepareStackFiles(chosen);
        if (backend.managed) {
            await clearLocks(project.name, shortName(stack), talk.report, interruption);
        }
        const environment = pulumiEnvironment(chosen, tools);
        const opened = await openStack(chosen, environment, interruption, true);
        if (opened === undefined) {
            throw new CommandFailure(`The stack ${stack} can't be created.`);
        }
        if (!backend.managed) {
            await refuseIfBusy(opened);
        }
        const place = { client, namespace: needs.namespace, labels };
        const { missing, state } = await reconcile(opened, place, talk, interruption);
        const another = deployedTo !== undefined && deployedTo.clusterUid !== uid;
        refuseAnotherCluster(another && state.resources > 0 && !options.refresh, target, commands);
        const { own, kubeconfig, context } = target;
        const record = { own: own !== undefined, kubeconfig, context, clusterUid: uid };
        const refreshReason =
            state.resources === 0
                ? undefined
                : whyRefresh({
                      asked: options.refresh,
                      another,
                      unfinished: deployedTo?.unfinished === true || state.pending.length > 0,
                      missing,
                  });
        const found = state.resources === 0 ? "nothing deployed yet" : `${state.resources} resources known`;
        talk.done(
            refreshReason === undefined ? found : `compared with the cluster first, since ${refreshReason}`,
        );
        const known = state.objects;
        const claims = await claimNames(client, namespacesOf(known));
        return { opened, record, refresh: refreshReason !== undefined, known, claims };
    });

    // A second run of the program: only where there is something to lose.
    if (claims.length > 0 && !options.allowDataLoss) {
        await progress.step("Preview", async (talk) => {
            talk.status("looking for data at risk");
            const { pulumi } = tools;
            const environment = pulumiEnvironment(chosen, tools);
            const preview = async (): Promise<EngineRun> =>
                await runEnginePreview({
                    ...{ pulumi, folder: project.folder, stack, environment, refresh },
                    ...{ interruption, log },
                });
            await refuseDataLoss({ known, claims, preview, allow: commands.allowDataLoss }, talk);
        });
    }

    const outputs = await progress.step("Application", async (talk) => {
        await recordDeployedTo(stack, { ...record, unfinished: true }, project);
        talk.status(refresh ? "comparing the state with the cluster" : "running the program");
        const tiers = watchTiers(client, needs.namespace, vocabularyOf(project, stack), talk.report);
        try {
            const operation = async (follow: Follow): Promise<UpResult> =>
                await opened.up({
                    ...follow,
                    refresh,
                    message: commands.up,
                    ...(options.plan !== undefined && { plan: options.plan }),
                });
            const update = await followUpdate(talk, log, commands, operation, tiers.explain);
            await recordDeployedTo(stack, record, project);
            await awaitRollouts({
                list: () => listRollouts(client, needs.namespace, labels),
                talk,
                explain: tiers.explain,
                signal,
                down: commands.down,
            });
            talk.done(update.progress.summary());
            return update.result.outputs;
        } finally {
            tiers.stop();
        }
    });

    const open = Object.entries(outputs).filter(([, { secret }]) => !secret);
    return {
        target,
        namespace: needs.namespace,
        tools,
        outputs: Object.fromEntries(open.map(([name, { value }]): [string, unknown] => [name, value])),
    };
}

/**
 * The cluster that the commands make themselves is theirs to make again; another's, under the same name, may just
 * be another one, and the first still has the stack's objects.
 */
function refuseAnotherCluster(another: boolean, target: KnownTarget, { refresh }: ProjectCommands): void {
    if (another && !target.own) {
        throw new CommandFailure(
            `The context ${target.context} leads to another cluster than at the last up of this stack.`,
            `If the former cluster is gone for good, with all that was in it: ${refresh}\n` +
                "Otherwise use another stack for this cluster: --stack NAME",
        );
    }
}
