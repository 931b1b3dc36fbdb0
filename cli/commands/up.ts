import { existsSync } from "node:fs";
import type { UpResult } from "@pulumi/pulumi/automation/index.js";

import { awaitRollouts, listRollouts } from "../kubernetes/rollout.ts";
import { setBack } from "../preview/drift.ts";
import { runEnginePreview, type EngineRun } from "../preview/engine-preview.ts";
import { refuseDataLoss } from "../preview/refuse-data-loss.ts";
import { remedyHints } from "../explain/explain.ts";
import { watchTiers } from "../explain/watch-tiers.ts";
import { followUpdate, type Follow } from "../pulumi/run-update.ts";
import { provideCluster, type LiveCluster } from "../session/cluster.ts";
import { awaitOwnCluster } from "../session/own-cluster.ts";
import { outputValues } from "../session/outputs.ts";
import type { StackRef } from "../session/project.ts";
import { openSession, type Session, type SessionOptions } from "../session/session.ts";
import { recordDeployedTo } from "../session/target.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import { stateParts, stateToUpdate, type StateToUpdate } from "./state-to-update.ts";
import { describeResult } from "./up-summary.ts";

/** The options of `npm run up`. */
export interface UpOptions extends SessionOptions {
    readonly refresh: boolean;
    /** True if it goes on though data is at risk, without a look. */
    readonly allowDataLoss: boolean;
    /** A plan of `npm run preview -- --save-plan`: just that is done, or nothing. Default: whatever there is to do. */
    readonly plan?: string | undefined;
}

/** A stack that is up, with its outputs by name, the secret ones left out. */
export interface StackUp extends Session<LiveCluster, StateToUpdate> {
    readonly outputs: Readonly<Record<string, unknown>>;
}

const realParts = {
    openSession,
    provideCluster,
    ...stateParts,
    setBack,
    recordDeployedTo,
    watchTiers,
    checkDataLoss,
    awaitRollouts,
    awaitOwnCluster,
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
    const { claims, drifts, refresh } = session.state;
    // A second run of the program: only where there is something to lose.
    const preview =
        claims.length > 0 && !options.allowDataLoss
            ? await command.progress.step("Preview", (step) => parts.checkDataLoss(session, step, command))
            : undefined;
    // An update would run the program once more, to no other end.
    const upToDate =
        preview?.changesNothing === true && !refresh && drifts.length === 0 && options.plan === undefined
            ? preview
            : undefined;
    const outputs = await command.progress.step("Application", (step) =>
        update(session, options, upToDate, parts, step, command),
    );
    return { ...session, outputs };
}

/** @throws CommandFailure if the update would put data at risk, and nobody allows that */
async function checkDataLoss(
    { ref, pulumi, environment, renamed, state }: Session<LiveCluster, StateToUpdate>,
    step: StepContext,
    { interruption, log }: Command,
): Promise<EngineRun> {
    step.status("looking for data at risk");
    const { folder } = ref.project;
    const { known, claims, refresh } = state;
    const preview = (targets?: readonly string[]): Promise<EngineRun> =>
        runEnginePreview({
            ...{ pulumi, folder, stack: ref.name, environment, refresh, renamed },
            ...{ targets, interruption, log },
        });
    return await refuseDataLoss({ known, claims, preview, allow: ref.commands.allowDataLoss }, step);
}

/** An update's outcome. */
interface Updated {
    readonly summary: string;
    /** By name, the secret ones left out. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/** @param upToDate the preview by which an update would change nothing, undefined where it may change something */
async function update(
    session: Session<LiveCluster, StateToUpdate>,
    options: UpOptions,
    upToDate: EngineRun | undefined,
    parts: UpParts,
    step: StepContext,
    command: Command,
): Promise<Updated["outputs"]> {
    const { ref, cluster, state } = session;
    const tiers = parts.watchTiers(cluster.client, cluster.namespace, remedyHints(ref), step.report);
    try {
        const { summary, outputs } =
            upToDate === undefined
                ? await runUpdate(session, options, parts, step, command, tiers.explain)
                : { summary: upToDate.summary, outputs: state.outputs };
        await parts.recordDeployedTo(ref, state.record);
        await parts.awaitRollouts({
            list: () => listRollouts(cluster.client, cluster.namespace, cluster.labels),
            step,
            explain: tiers.explain,
            signal: command.interruption.requested,
            down: ref.commands.down,
        });
        await parts.awaitOwnCluster(session, cluster.client, step, command.interruption.requested);
        step.done(summary);
        return outputs;
    } finally {
        tiers.stop();
    }
}

async function runUpdate(
    { ref, cluster, renamed, state }: Session<LiveCluster, StateToUpdate>,
    { plan }: UpOptions,
    parts: UpParts,
    step: StepContext,
    { log }: Command,
    explain: () => Promise<readonly string[]>,
): Promise<Updated> {
    const { stack, record, refresh, drifts } = state;
    await parts.recordDeployedTo(ref, { ...record, unfinished: true });
    await parts.setBack(cluster.client, drifts);
    step.status(refresh ? "comparing the state with the cluster" : "running the program");
    const operation = async (follow: Follow): Promise<UpResult> =>
        await stack.up({
            ...follow,
            refresh,
            // The program tells the providers under which name they reach the cluster.
            runProgram: refresh && renamed,
            message: ref.commands.up,
            ...(plan !== undefined && { plan }),
        });
    const { result, progress } = await followUpdate(step, log, ref.commands, operation, explain);
    return { summary: progress.summary(), outputs: outputValues(result.outputs) };
}
