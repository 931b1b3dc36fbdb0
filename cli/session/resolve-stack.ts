import { userInfo } from "node:os";
import { delimiter } from "node:path";

import { isLabelValue, labelValueRule } from "../../components/labels.ts";
import { absolutePath } from "../process/folders.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { findBackend, type Backend } from "./backend.ts";
import type { StackRef } from "./project.ts";
import { stackSource, type StackSource } from "./settings-source.ts";
import { readSettings } from "./stack-file-text.ts";
import { applicationRequirements, type DeploymentRequirements } from "./deployment-requirements.ts";
import {
    chooseTarget,
    readDeployedTo,
    sameName,
    usersKubeconfig,
    type DeployedTo,
    type KnownTarget,
    type Target,
    type TargetOptions,
} from "./target.ts";

/** A stack with what its settings and the command line come to. */
export interface ResolvedStack {
    readonly ref: StackRef;
    readonly source: StackSource;
    readonly needs: DeploymentRequirements;
    readonly backend: Backend;
    /** The cluster that the stack was last deployed to, undefined if none. */
    readonly deployedTo: DeployedTo | undefined;
    readonly target: KnownTarget;
    /** True if the cluster is that of `deployedTo` under another name, by which the state's providers don't know it yet. */
    readonly renamed: boolean;
    /** The config keys that tell the program the target. */
    readonly config: Readonly<Record<string, string>>;
}

/**
 * Reads what a stack's settings ask for and finds its backend and its cluster.
 *
 * @param source its settings. Default: what the checkout says
 * @throws CommandFailure if there is a mistake in the settings
 */
export async function resolveStack(
    ref: StackRef,
    told: TargetOptions,
    source: StackSource = stackSource(ref),
): Promise<ResolvedStack> {
    refuseUnlabelable(ref);
    const options = targetConfig(ref, { context: told.context });
    const needs = ref.project.isExample
        ? await exampleNeeds(ref, source, options)
        : applicationRequirements(readSettings(source, options));
    for (const file of [told.kubeconfig, needs.kubeconfig]) {
        refuseList(file);
    }
    const backend = await findBackend(source.projectText);
    const deployedTo = await readDeployedTo(ref);
    const { folder } = ref.project;
    const named = {
        context: needs.context,
        kubeconfig: needs.kubeconfig === undefined ? undefined : absolutePath(needs.kubeconfig, folder),
    };
    const chosen = chooseTarget(told, named, deployedTo, usersKubeconfig());
    const known = deployedTo === undefined || sameName(chosen, deployedTo);
    const target = known ? chosen : await recognized(chosen, deployedTo);
    // The project's own cluster may have to be made first; any other's context is looked up here and now.
    const context = target.own?.context ?? (await contextOf(target));
    // The provider expands `~` by the system's user database, whatever HOME is.
    const sameFile =
        needs.kubeconfig === undefined ||
        absolutePath(needs.kubeconfig, folder, userInfo().homedir) === target.kubeconfig;
    const config = targetConfig(ref, { context, kubeconfig: sameFile ? undefined : target.kubeconfig });
    const renamed = deployedTo !== undefined && !sameName(target, deployedTo);
    return { ref, source, needs, backend, deployedTo, target: { ...target, context }, renamed, config };
}

/** @throws CommandFailure if the stack's name or the project's can't be a label, which every object of the stack carries */
function refuseUnlabelable({ shortName, project }: StackRef): void {
    const [whose, name] = isLabelValue(shortName) ? ["project", project.name] : ["stack", shortName];
    if (!isLabelValue(name)) {
        throw new CommandFailure(
            `The ${whose}'s name "${name}" can't be the value of a Kubernetes label, which each of its objects gets.`,
            `Choose ${labelValueRule}.`,
        );
    }
}

/** @throws CommandFailure if several kubeconfig files are named where the provider, and kubectl, take one */
function refuseList(kubeconfig: string | undefined): void {
    if (kubeconfig?.includes(delimiter) === true) {
        throw new CommandFailure(
            `${kubeconfig} names several kubeconfig files: an option or a stack's settings name one.`,
            "Put them into KUBECONFIG, where they are merged as kubectl does, and name the context alone.",
        );
    }
}

/** The program's own resources say it, and what renders them takes a while to load. */
async function exampleNeeds(
    ...args: Parameters<typeof import("./example-requirements.ts").readExampleNeeds>
): Promise<DeploymentRequirements> {
    const { readExampleNeeds } = await import("./example-requirements.ts");
    return await readExampleNeeds(...args);
}

async function recognized(target: Target, deployedTo: DeployedTo): Promise<Target> {
    const { recognizeCluster } = await import("./same-cluster.ts");
    return await recognizeCluster(target, deployedTo);
}

async function contextOf({ kubeconfig, context }: Target): Promise<string> {
    // The client of the API takes longer to load than the rest together.
    const { connect } = await import("../kubernetes/client.ts");
    return connect(kubeconfig, context).context;
}

/** The config keys that name a cluster. */
function targetConfig({ project }: StackRef, { context, kubeconfig }: TargetOptions): Record<string, string> {
    return {
        ...(context !== undefined && { [`${project.configNamespace}:context`]: context }),
        ...(kubeconfig !== undefined && { [`${project.configNamespace}:kubeconfig`]: kubeconfig }),
    };
}
