import { existsSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";

import { findBackend, stateFile } from "../session/backend.ts";
import { BuildConsent } from "../tools/build-consent.ts";
import { chooseStack, type ChosenStack } from "../session/resolve-stack.ts";
import type { Command } from "../terminal/command-run.ts";
import { provideEngine } from "../container-engine/engine.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import { ClusterError, clusterExists, deleteCluster, ensureCluster } from "../kind/kind.ts";
import { clusterUid, connect, type KubernetesClient } from "../kubernetes/client.ts";
import { ownClusterOf, type OwnCluster } from "../kind/kind-context.ts";
import { stackLabels } from "../session/orphans.ts";
import type { Talk } from "../terminal/steps.ts";
import { installProviderPlugins } from "../pulumi/provider-plugins.ts";
import { describeForeignNamespace, reconcile, refuseIfBusy } from "../session/reconcile.ts";
import { followUpdate } from "../pulumi/run-update.ts";
import { application, type Project } from "../session/project.ts";
import { shortName } from "../session/stack-folder.ts";
import type { StackNeeds } from "../session/stack-needs.ts";
import { clearLocks } from "../session/lock.ts";
import { readSettings } from "../session/read-settings.ts";
import { lastStackSource } from "../session/settings-source.ts";
import { prepareStackFiles, pulumiEnvironment } from "../session/pulumi-environment.ts";
import { exportState, openStack } from "../session/open-stack.ts";
import {
    forgetDeployedTo,
    stacksOn,
    type DeployedTo,
    type KnownTarget,
    type RemainingStack,
    type TargetOptions,
} from "../session/target.ts";
import { provideTools, type Tools } from "../tools/tools.ts";

/** What clears a state by hand. */
function forgetState(stack: string): string {
    return `npm run pulumi -- --stack ${stack} stack rm --force --yes`;
}

/** The options of `npm run down`. */
export interface DownOptions extends TargetOptions {
    readonly stack: string;
    readonly cluster: boolean;
    readonly offline: boolean;
}

/**
 * Removes the stack, and the project's own kind cluster if told to. The state's passphrase stays: without it, what
 * protection retains could never be read again.
 *
 * @returns the text to end with
 * @throws StepFailure or Interrupted
 */
export async function down(
    options: DownOptions,
    command: Command,
    project: Project = application,
): Promise<string> {
    const { progress, interruption } = command;
    const { stack } = options;
    const backend = await findBackend();
    const stackMayExist = !backend.managed || existsSync(stateFile(project.name, shortName(stack)));
    const own = options.cluster
        ? ownClusterOf(options.context ?? readSettings(lastStackSource(stack, project), {}).context)
        : undefined;
    const clusterMayExist = own !== undefined && existsSync(own.kubeconfig);
    if (!stackMayExist && !clusterMayExist) {
        return `Nothing to remove: ${nameOf(project, stack)} is not deployed${options.cluster ? ", and there is no cluster" : ""}.`;
    }

    const tools = await progress.step("Tools", async ({ report, confirm, done }) => {
        const signal = interruption.requested;
        const { offline } = options;
        const provided = { offline, consent: new BuildConsent(offline), confirm, report, signal };
        const tools = await provideTools(provided);
        if (stackMayExist) {
            const environment = pulumiEnvironment(await choose(project, options), tools);
            await installProviderPlugins({ ...provided, pulumi: tools.pulumi, environment });
        }
        done("Pulumi, kind and kubectl");
        return tools;
    });
    const texts = stackMayExist ? [await removeStack(project, options, tools, command)] : [];
    if (clusterMayExist) {
        const remaining = await stacksOn(own);
        texts.push(
            remaining.length > 0
                ? describeRemaining(own, remaining)
                : await removeCluster(own, tools, command),
        );
    }
    return texts.join("\n");
}

/** What is removed need not be in the checkout any more. */
async function choose(project: Project, options: DownOptions): Promise<ChosenStack> {
    const { stack } = options;
    return await chooseStack(stack, options, project, lastStackSource(stack, project));
}

function describeRemaining({ name }: OwnCluster, remaining: readonly RemainingStack[]): string {
    const names = remaining.map((stack) => stack.name).join(", ");
    return [
        `The kind cluster ${name} stays, since there are stacks in it: ${names}. They are removed, with their data, by:`,
        ...remaining.map(({ down }) => `  ${down}`),
    ].join("\n");
}

function nameOf(project: Project, stack: string): string {
    return project === application ? `the stack ${stack}` : `the example ${project.name}`;
}

async function removeStack(
    project: Project,
    options: DownOptions,
    tools: Tools,
    { progress, interruption, log }: Command,
): Promise<string> {
    const { stack } = options;
    const labels = stackLabels(project.name, shortName(stack));
    const commands = project.commands(stack);

    return await progress.step("Stack", async (talk) => {
        const chosen = await choose(project, options);
        const { needs, backend, target, deployedTo } = chosen;
        await prepareStackFiles(chosen);
        if (backend.managed) {
            await clearLocks(project.name, shortName(stack), talk.report, interruption);
        }
        const opened = await openStack(chosen, pulumiEnvironment(chosen, tools), interruption, false);
        const doomed = options.cluster;
        const client = await findCluster({
            ...{ stack, needs, target, deployedTo, doomed },
            ...{ tools, talk, interruption },
        });
        if (opened === undefined || (await exportState(opened)).resources === 0) {
            const place = client && { client, namespace: needs.namespace, labels };
            const stays = place && (await describeForeignNamespace(place));
            await forgetDeployedTo(stack, project);
            talk.done("nothing to remove");
            return stays ?? `Nothing to remove: ${nameOf(project, stack)} is not deployed.`;
        }
        if (client === undefined) {
            await opened.workspace.removeStack(opened.name, { force: true, preserveConfig: true });
            await forgetDeployedTo(stack, project);
            talk.done("its cluster is gone, and the state with it");
            return `The cluster of ${nameOf(project, stack)} is gone with all that was in it; the state was cleared.`;
        }
        if (!backend.managed) {
            await refuseIfBusy(opened);
        }
        const place = { client, namespace: needs.namespace, labels };
        await reconcile(opened, place, talk, interruption);
        const { progress: update } = await followUpdate(talk, log, commands, (follow) =>
            opened.destroy({ ...follow, excludeProtected: true, message: commands.down }),
        );
        const stays = await sayWhatStays(opened, stack, project);
        talk.done(update.summary());
        return stays ?? `Removed: ${nameOf(project, stack)}.`;
    });
}

/** Protected objects stay, and what they are in; undefined if nothing does. */
async function sayWhatStays(opened: Stack, stack: string, project: Project): Promise<string | undefined> {
    const { resources, objects } = await exportState(opened);
    if (resources === 0) {
        await forgetDeployedTo(stack, project);
        return undefined;
    }
    const names = objects.filter(({ protect }) => protect).map(({ kind, name }) => `${kind} ${name}`);
    return [
        `Protected, and therefore still there with the namespace: ${names.join(", ")}.`,
        `The next ${project.commands(stack).up} takes them on. To remove them, and the data in them:`,
        `  npm run pulumi -- --stack ${stack} state unprotect --all --yes && ${project.commands(stack).down}`,
    ].join("\n");
}

/** What finding the cluster takes. */
interface Search {
    readonly stack: string;
    readonly needs: StackNeeds;
    readonly target: KnownTarget;
    readonly deployedTo: DeployedTo | undefined;
    /** Whether the cluster is to be removed too, and therefore needn't start. */
    readonly doomed: boolean;
    readonly tools: Tools;
    readonly talk: Talk;
    readonly interruption: Interruption;
}

/**
 * The cluster that a stack is deployed to; undefined if it was the project's own and is gone.
 *
 * @throws CommandFailure if it doesn't answer, or is another one than at the last `up`
 */
async function findCluster(search: Search): Promise<KubernetesClient | undefined> {
    const { stack, target, deployedTo, talk } = search;
    if (target.own && !existsSync(target.kubeconfig)) {
        return undefined;
    }
    const client = connect(target.kubeconfig, target.context);
    const uid = (await answer(client, search)) ?? (target.own && (await startCluster(target.own, search)));
    if (uid === undefined) {
        talk.report(`the cluster of ${target.context} is gone`);
        return undefined;
    }
    if (deployedTo === undefined || deployedTo.clusterUid === uid) {
        return connect(target.kubeconfig, target.context);
    }
    if (!target.own) {
        throw new CommandFailure(
            `The context ${client.context} leads to another cluster than at the last up of this stack.`,
            `If the former cluster is gone for good: ${forgetState(stack)}`,
        );
    }
    talk.report(`the cluster of ${target.context} was made anew`);
    return undefined;
}

/** The cluster's UID; undefined if the project's own doesn't answer. */
async function answer(client: KubernetesClient, { stack, target }: Search): Promise<string | undefined> {
    try {
        return await clusterUid(client);
    } catch (error) {
        if (target.own) {
            return undefined;
        }
        throw new CommandFailure(
            messageOf(error),
            `The state is left as it is. Run this again when it answers; if it is gone for good: ${forgetState(stack)}`,
            { cause: error },
        );
    }
}

/** Starts the project's own cluster if it was stopped, as after a restart of the machine; undefined if it is gone. */
async function startCluster(
    { name, kubeconfig, context }: OwnCluster,
    { needs, doomed, tools, talk, interruption }: Search,
): Promise<string | undefined> {
    const { report, confirm } = talk;
    const signal = interruption.requested;
    const engine = await provideEngine({ offline: false, confirm, report, signal });
    const options = { name, kubeconfig, tools, engine, report, signal };
    if (!(await clusterExists(options))) {
        return undefined;
    }
    try {
        const consent = new BuildConsent(false);
        await ensureCluster({ ...options, hostPort: needs.hostPort, offline: false, consent, confirm });
    } catch (error) {
        if (doomed && error instanceof ClusterError) {
            report(error.message);
            return undefined;
        }
        throw error;
    }
    return await clusterUid(connect(kubeconfig, context));
}

async function removeCluster(
    own: OwnCluster,
    tools: Tools,
    { progress, interruption }: Command,
): Promise<string> {
    return await progress.step("Cluster", async ({ report, confirm, done }) => {
        const signal = interruption.requested;
        const engine = await provideEngine({ offline: false, confirm, report, signal });
        const { name, context, kubeconfig } = own;
        await deleteCluster({ name, kubeconfig, tools, engine, report, signal });
        done(`${context} removed`);
        return `The kind cluster ${name} is removed.`;
    });
}
