import type { Settings } from "../settings/parse.ts";
import { findBackend, type Backend } from "./backend.ts";
import { connect } from "./kubernetes-client.ts";
import { readSettings } from "./stack-settings.ts";
import {
    chooseTarget,
    readDeployedTo,
    usersKubeconfig,
    type DeployedTo,
    type KnownTarget,
    type TargetOptions,
} from "./stack-target.ts";

/** What a command's options come to. */
export interface ChosenStack {
    readonly stack: string;
    readonly settings: Settings;
    readonly backend: Backend;
    /** What the stack was last deployed to, undefined if to nothing. */
    readonly deployedTo: DeployedTo | undefined;
    readonly target: KnownTarget;
    /** The config keys that tell the program the target. */
    readonly config: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of a stack and finds its backend and its cluster.
 *
 * @throws CommandFailure if there is a mistake in them
 */
export async function chooseStack(stack: string, told: TargetOptions): Promise<ChosenStack> {
    const settings = readSettings(stack, targetConfig({ context: told.context }));
    const backend = await findBackend();
    const deployedTo = await readDeployedTo(stack);
    const target = chooseTarget(told, settings, deployedTo, usersKubeconfig());
    // The project's own cluster may have to be made first; any other's context is looked up here and now.
    const context = target.own?.context ?? connect(target.kubeconfig, target.context).context;
    const sameFile = settings.kubeconfig === undefined || settings.kubeconfig === target.kubeconfig;
    const config = targetConfig({ context, kubeconfig: sameFile ? undefined : target.kubeconfig });
    return { stack, settings, backend, deployedTo, target: { ...target, context }, config };
}

/** The config keys that name a cluster. */
function targetConfig({ context, kubeconfig }: TargetOptions): Record<string, string> {
    return {
        ...(context !== undefined && { "multitier:context": context }),
        ...(kubeconfig !== undefined && { "multitier:kubeconfig": kubeconfig }),
    };
}
