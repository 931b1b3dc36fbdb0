import { existsSync } from "node:fs";
import type { UpResult } from "@pulumi/pulumi/automation/index.js";

import { nameOf } from "../kubernetes/live-object.ts";
import { claimNames } from "../kubernetes/objects.ts";
import { awaitRollouts, listRollouts } from "../kubernetes/rollout.ts";
import type { ClaimName } from "../preview/data-at-risk.ts";
import { driftInWords, findDrift, setBack, type Drift } from "../preview/drift.ts";
import { runEnginePreview, type EngineRun } from "../preview/engine-preview.ts";
import { namespacesOf, refuseDataLoss } from "../preview/refuse-data-loss.ts";
import { remedyHints } from "../explain/explain.ts";
import { watchTiers } from "../explain/watch-tiers.ts";
import { followUpdate, type Follow } from "../pulumi/run-update.ts";
import { provideCluster, type LiveCluster } from "../session/cluster.ts";
import { openStack, type OpenedStack } from "../session/open-stack.ts";
import { outputValues } from "../session/outputs.ts";
import type { StackRef } from "../session/project.ts";
import { reconcile, refuseIfBusy } from "../session/reconcile.ts";
import { whyRefresh } from "../session/refresh-reason.ts";
import { openSession, type PreparedStack, type Session, type SessionOptions } from "../session/session.ts";
import type { KnownObject } from "../session/state-file.ts";
import { recordDeployedTo, type DeployedTo } from "../session/target.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import { describeResult } from "./up-summary.ts";

/** The options of `npm run up`. */
export interface UpOptions extends SessionOptions {
    readonly refresh: boolean;
    /** True if it goes on though data is at risk, without a look. */
    readonly allowDataLoss: boolean;
    /** A plan of `npm run preview -- --save-plan`: just that is done, or nothing. Default: whatever there is to do. */
    readonly plan?: string | undefined;
}

/** A stack's state, ready for an update. */
interface StateToUpdate {
    readonly stack: OpenedStack;
    /** The cluster, as it is noted once the update has ended well. */
    readonly record: DeployedTo;
    /** The objects of the state. */
    readonly known: readonly KnownObject[];
    /** The claims that the cluster has in the namespaces of the state. */
    readonly claims: readonly ClaimName[];
    /** The drift, which is set back. */
    readonly drifts: readonly Drift[];
    /** True if the state is compared with the cluster first. */
    readonly refresh: boolean;
}

/** A stack that is up, with its outputs by name, the secret ones left out. */
export interface StackUp extends Session<LiveCluster, StateToUpdate> {
    readonly outputs: Readonly<Record<string, unknown>>;
}

const realParts = {
    openSession,
    provideCluster,
    openStack,
    refuseIfBusy,
    reconcile,
    findDrift,
    setBack,
    recordDeployedTo,
    watchTiers,
    claimNames,
    checkDataLoss,
    awaitRollouts,
};

/** The functions that an `up` consists of: the real ones, or fakes in a test. */
export type UpParts = Readonly<typeof realParts>;

/**
 * Brings up the application.
 *
 * @returns the text to end with: the URL and the DNS names
 * @throws StepFailure or Interrupted
 */
export async function up(ref: StackRef, options: UpOptions, command: Command): Promise<string> {
    const { outputs } = await bringUp(ref, options, command);
    return describeResult(outputs, ref.commands);
}

/**
 * Brings up a stack with everything that it needs: tools, cluster, images and ingress controller.
 *
 * @throws StepFailure or Interrupted
 */
export async function bringUp(
    ref: StackRef,
    options: UpOptions,
    command: Command,
    parts: UpParts = realParts,
): Promise<StackUp> {
    if (options.plan !== undefined && !existsSync(options.plan)) {
        throw new CommandFailure(
            `There is no plan ${options.plan}.`,
            `Save one first: npm run preview -- --save-plan ${options.plan}`,
        );
    }
    const session = await parts.openSession(
        ref,
        options,
        {
            providers: true,
            cluster: parts.provideCluster,
            lock: true,
            state: (...opened) => stateToUpdate(options, parts, ...opened),
        },
        command,
    );
    const { claims } = session.state;
    // A second run of the program: only where there is something to lose.
    if (claims.length > 0 && !options.allowDataLoss) {
        await command.progress.step("Preview", async (step) => {
            await parts.checkDataLoss(session, step, command);
        });
    }
    const outputs = await command.progress.step("Application", (step) =>
        update(session, options, parts, step, command),
    );
    return { ...session, outputs };
}

async function stateToUpdate(
    options: UpOptions,
    parts: UpParts,
    prepared: PreparedStack,
    cluster: LiveCluster,
    step: StepContext,
    interruption: Interruption,
): Promise<StateToUpdate> {
    const { ref, backend, target, deployedTo, environment } = prepared;
    const stack = await parts.openStack(prepared, environment, interruption, true);
    if (stack === undefined) {
        throw new CommandFailure(`The stack ${ref.name} can't be created.`);
    }
    if (!backend.managed) {
        await parts.refuseIfBusy(stack);
    }
    const { missing, state, live } = await parts.reconcile(stack, cluster, step, interruption);
    const another = deployedTo !== undefined && deployedTo.clusterUid !== cluster.uid;
    if (another && state.resources > 0 && !options.refresh && target.own === undefined) {
        throw anotherCluster(prepared);
    }
    const { own, kubeconfig, context } = target;
    const record = { own: own !== undefined, kubeconfig, context, clusterUid: cluster.uid };
    const reason =
        state.resources === 0
            ? undefined
            : whyRefresh({
                  asked: options.refresh,
                  another,
                  unfinished: deployedTo?.unfinished === true || state.pending.length > 0,
                  missing,
              });
    const known = state.resources === 0 ? "nothing deployed yet" : `${state.resources} resources known`;
    step.done(reason === undefined ? known : `compared with the cluster first, since ${reason}`);
    const claims = await parts.claimNames(cluster.client, namespacesOf(state.objects));
    const { drifts } = await parts.findDrift(cluster.client, state.declared, live);
    for (const drift of drifts) {
        step.report(`${nameOf(drift.object)} ${driftInWords(drift)}`);
    }
    return { stack, record, refresh: reason !== undefined, known: state.objects, claims, drifts };
}

/**
 * The cluster that the commands make themselves is theirs to make again; another's, under the same name, may just
 * be another one, and the first still has the stack's objects.
 */
function anotherCluster({ ref, target }: PreparedStack): CommandFailure {
    return new CommandFailure(
        `The context ${target.context} leads to another cluster than at the last up of this stack.`,
        `If the former cluster is gone for good, with all that was in it: ${ref.commands.refresh}\n` +
            "Otherwise use another stack for this cluster: --stack NAME",
    );
}

/** @throws CommandFailure if the update would put data at risk, and nobody allows that */
async function checkDataLoss(
    { ref, pulumi, environment, renamed, state }: Session<LiveCluster, StateToUpdate>,
    step: StepContext,
    { interruption, log }: Command,
): Promise<void> {
    step.status("looking for data at risk");
    const { folder } = ref.project;
    const { known, claims, refresh } = state;
    const preview = (targets?: readonly string[]): Promise<EngineRun> =>
        runEnginePreview({
            ...{ pulumi, folder, stack: ref.name, environment, refresh, renamed },
            ...{ targets, interruption, log },
        });
    await refuseDataLoss({ known, claims, preview, allow: ref.commands.allowDataLoss }, step);
}

async function update(
    { ref, cluster, renamed, state }: Session<LiveCluster, StateToUpdate>,
    { plan }: UpOptions,
    parts: UpParts,
    step: StepContext,
    { log, interruption }: Command,
): Promise<Record<string, unknown>> {
    const { stack, record, refresh, drifts } = state;
    await parts.recordDeployedTo(ref, { ...record, unfinished: true });
    await parts.setBack(cluster.client, drifts);
    step.status(refresh ? "comparing the state with the cluster" : "running the program");
    const tiers = parts.watchTiers(cluster.client, cluster.namespace, remedyHints(ref), step.report);
    try {
        const operation = async (follow: Follow): Promise<UpResult> =>
            await stack.up({
                ...follow,
                refresh,
                // The program tells the providers under which name they reach the cluster.
                runProgram: refresh && renamed,
                message: ref.commands.up,
                ...(plan !== undefined && { plan }),
            });
        const { result, progress } = await followUpdate(step, log, ref.commands, operation, tiers.explain);
        await parts.recordDeployedTo(ref, record);
        await parts.awaitRollouts({
            list: () => listRollouts(cluster.client, cluster.namespace, cluster.labels),
            step,
            explain: tiers.explain,
            signal: interruption.requested,
            down: ref.commands.down,
        });
        step.done(progress.summary());
        return outputValues(result.outputs);
    } finally {
        tiers.stop();
    }
}
