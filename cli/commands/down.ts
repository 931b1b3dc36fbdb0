import { existsSync } from "node:fs";

import { ownClusterOf, type OwnCluster } from "../kind/kind-context.ts";
import { followUpdate } from "../pulumi/run-update.ts";
import { findBackend, stateFile } from "../session/backend.ts";
import { findCluster, type LiveCluster } from "../session/cluster.ts";
import { openStack, type OpenedStack } from "../session/open-stack.ts";
import { otherApplications, stackRef, takeOver, type StackRef } from "../session/project.ts";
import { describeForeignNamespace, reconcile, refuseIfBusy } from "../session/reconcile.ts";
import { openSession, type PreparedStack, type SessionOptions } from "../session/session.ts";
import { lastStackSource } from "../session/settings-source.ts";
import { readSettings } from "../session/stack-file-text.ts";
import { exportState, type StackState } from "../session/state-file.ts";
import { forgetDeployedTo, readDeployedTo } from "../session/target.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import { removeCluster, removeUnusedCluster, stacksIn } from "./remove-cluster.ts";

/** The options of `npm run down`. */
export interface DownOptions extends SessionOptions {
    /** True if the project's own kind cluster is removed too. */
    readonly cluster: boolean;
}

const realParts = {
    openSession,
    findCluster,
    openStack,
    exportState,
    refuseIfBusy,
    reconcile,
    describeForeignNamespace,
    forgetDeployedTo,
    stacksIn,
    removeCluster,
};

/** The functions that a `down` consists of: the real ones, or fakes in a test. */
export type DownParts = Readonly<typeof realParts>;

/**
 * Removes the stack, and the project's own kind cluster if told to. The state's passphrase stays: without it, what
 * protection retains could never be read again.
 *
 * @returns the text to end with
 * @throws CommandFailure if there is no such stack; StepFailure or Interrupted
 */
export async function down(ref: StackRef, options: DownOptions, command: Command): Promise<string> {
    const source = lastStackSource(ref);
    const backend = await findBackend(source.projectText);
    const stackMayExist = !backend.managed || existsSync(stateFile(ref.project.name, ref.shortName));
    const own = options.cluster
        ? ownClusterOf(options.context ?? readSettings(source, {}).context)
        : undefined;
    const clusterMayExist = own !== undefined && existsSync(own.kubeconfig);
    if (!stackMayExist) {
        // Without a state there is nothing that it could be of.
        await forgetDeployedTo(ref);
    }
    if (!stackMayExist && !clusterMayExist) {
        const noCluster = options.cluster ? " There is no cluster either." : "";
        return `${notDeployed(ref)}${noCluster}${await deployedUnderOtherName(ref)}`;
    }
    const texts = stackMayExist ? [await removeStack(ref, options, command)] : [];
    // It may have gone with the stack.
    if (clusterMayExist && existsSync(own.kubeconfig)) {
        texts.push(await removeUnusedCluster(ref, own, backend, options, command));
    }
    return texts.join("\n");
}

function notDeployed({ title }: StackRef): string {
    return `Nothing to remove: ${title} is not deployed.`;
}

/** Tells of a stack of the same name that this application may have brought up when its project was called otherwise. */
async function deployedUnderOtherName({ project, shortName }: StackRef): Promise<string> {
    const others = project.isExample ? [] : otherApplications();
    const records = others.map((other) => readDeployedTo(stackRef(other, shortName)));
    const deployed = await Promise.all(records);
    return others
        .filter((_, index) => deployed[index] !== undefined)
        .map(
            ({ name }) =>
                `\nOne of the project ${name} is. If this project was called ${name} before: name it so again in ` +
                `Pulumi.yaml to remove that. To go on with it under the new name: ${takeOver(shortName, name, project.name)}.`,
        )
        .join("");
}

/** A stack's state as it is before its removal. */
interface StateToRemove {
    readonly stack: OpenedStack;
    readonly resources: number;
    /** The cluster that goes with all that is in it; undefined where the stack is removed from it. */
    readonly doomed: OwnCluster | undefined;
}

/**
 * Removes what a stack has in its cluster, or its state alone where the cluster is gone.
 *
 * @returns the text to end with
 * @throws StepFailure or Interrupted
 */
export async function removeStack(
    ref: StackRef,
    options: DownOptions,
    command: Command,
    parts: DownParts = realParts,
): Promise<string> {
    const session = await parts.openSession(
        ref,
        options,
        {
            source: lastStackSource,
            providers: true,
            cluster: async (prepared) => await parts.findCluster(prepared, command, options.cluster),
            lock: true,
            state: (...opened) => stateToRemove(options, parts, ...opened),
        },
        command,
    );
    const doomed = session.state?.doomed;
    const removed = doomed && (await parts.removeCluster(doomed, options, command));
    return await command.progress.step("Stack", async (step) => {
        const { cluster, state } = session;
        if (state === undefined || state.resources === 0) {
            const stays = cluster && (await parts.describeForeignNamespace(cluster));
            await parts.forgetDeployedTo(ref);
            step.done("nothing to remove");
            return stays ?? notDeployed(ref);
        }
        const { stack } = state;
        if (cluster === undefined || removed !== undefined) {
            await stack.remove();
            await parts.forgetDeployedTo(ref);
            step.done("its cluster is gone, and the state with it");
            if (removed !== undefined) {
                return `Removed: ${ref.title}.\n${removed}`;
            }
            return `The cluster of ${ref.title} is gone with all that was in it; the state was cleared.`;
        }
        const { progress } = await followUpdate(step, command.log, ref.commands, (follow) =>
            stack.destroy({
                ...follow,
                excludeProtected: true,
                // The program tells the providers under which name they reach the cluster.
                runProgram: session.renamed,
                message: ref.commands.down,
            }),
        );
        const left = await parts.exportState(stack);
        step.done(progress.summary());
        if (left.resources > 0) {
            return describeProtected(ref, left);
        }
        await parts.forgetDeployedTo(ref);
        return `Removed: ${ref.title}.`;
    });
}

async function stateToRemove(
    options: DownOptions,
    parts: DownParts,
    prepared: PreparedStack,
    cluster: LiveCluster | undefined,
    step: StepContext,
    interruption: Interruption,
): Promise<StateToRemove | undefined> {
    const stack = await parts.openStack(prepared, interruption, false);
    if (stack === undefined) {
        return undefined;
    }
    const { resources } = stack.found;
    const doomed =
        options.cluster && cluster !== undefined ? await goesWhole(parts, prepared, stack) : undefined;
    if (cluster !== undefined && resources > 0 && doomed === undefined) {
        if (!prepared.backend.managed) {
            await parts.refuseIfBusy(stack);
        }
        await parts.reconcile(stack, cluster, step, interruption);
    }
    return { stack, resources, doomed };
}

/** Finds the cluster of the project's own that can go at once: it has no other stack, and nothing protected. */
async function goesWhole(
    parts: DownParts,
    { ref, target, backend }: PreparedStack,
    { found }: OpenedStack,
): Promise<OwnCluster | undefined> {
    const protect = found.objects.some((object) => object.protect);
    if (target.own === undefined || !backend.managed || found.resources === 0 || protect) {
        return undefined;
    }
    const stacks = await parts.stacksIn(target.own, backend);
    return stacks.every(({ name, project }) => name === ref.name && project.name === ref.project.name)
        ? target.own
        : undefined;
}

/** Protected objects stay, and what they are in. */
function describeProtected({ name, commands }: StackRef, { objects }: StackState): string {
    const names = objects.filter(({ protect }) => protect).map((object) => `${object.kind} ${object.name}`);
    return [
        `Protected, and therefore still there with the namespace: ${names.join(", ")}.`,
        `The next ${commands.up} takes them on. To remove them, and the data in them:`,
        `  npm run pulumi -- --stack ${name} state unprotect --all --yes && ${commands.down}`,
    ].join("\n");
}
