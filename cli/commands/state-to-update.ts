import { nameOf } from "../kubernetes/live-object.ts";
import { claimNames } from "../kubernetes/objects.ts";
import type { ClaimName } from "../preview/data-at-risk.ts";
import { driftInWords, findDrift, type Drift } from "../preview/drift.ts";
import { namespacesOf } from "../preview/refuse-data-loss.ts";
import type { LiveCluster } from "../session/cluster.ts";
import { openStack, type OpenedStack } from "../session/open-stack.ts";
import { reconcile, refuseIfBusy } from "../session/reconcile.ts";
import { whyRefresh } from "../session/refresh-reason.ts";
import type { PreparedStack } from "../session/session.ts";
import type { KnownObject } from "../session/state-file.ts";
import { isAnother, type DeployedTo } from "../session/target.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { StepContext } from "../terminal/steps.ts";

/** Loads the check where it is needed: rendering the program takes a while to load. */
async function refuseStrangers(
    ...args: Parameters<typeof import("../session/strangers.ts").refuseStrangers>
): Promise<void> {
    const { refuseStrangers } = await import("../session/strangers.ts");
    await refuseStrangers(...args);
}

export const stateParts = { openStack, refuseIfBusy, reconcile, refuseStrangers, findDrift, claimNames };

/** The functions that the state is read and compared with: the real ones, or fakes in a test. */
export type StateParts = Readonly<typeof stateParts>;

/** A stack's state, ready for an update. */
export interface StateToUpdate {
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
    /** The stack's outputs as the state has them, by name, the secret ones left out. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Brings the state and the cluster together, and sees what an update begins with.
 *
 * @throws CommandFailure if the stack is busy, or the cluster another one or somebody else's
 */
export async function stateToUpdate(
    options: { readonly refresh: boolean },
    parts: StateParts,
    prepared: PreparedStack,
    cluster: LiveCluster,
    step: StepContext,
    interruption: Interruption,
): Promise<StateToUpdate> {
    const { ref, backend, target, deployedTo } = prepared;
    const stack = await parts.openStack(prepared, interruption, true);
    if (stack === undefined) {
        throw new CommandFailure(`The stack ${ref.name} can't be created.`);
    }
    if (!backend.managed) {
        await parts.refuseIfBusy(stack);
    }
    const { missing, state, live } = await parts.reconcile(stack, cluster, step, interruption);
    if (cluster.existingNamespace !== undefined) {
        await parts.refuseStrangers(prepared, cluster, state, step.report);
    }
    const another = deployedTo !== undefined && isAnother(cluster, deployedTo);
    if (another && state.resources > 0 && !options.refresh && target.own === undefined) {
        throw anotherCluster(prepared);
    }
    const { own, kubeconfig, context } = target;
    const { uid: clusterUid, existingNamespace } = cluster;
    const record = {
        ...{ own: own !== undefined, kubeconfig, context, clusterUid },
        ...(existingNamespace !== undefined && { existingNamespace }),
    };
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
    const { objects, outputs } = state;
    return { stack, record, refresh: reason !== undefined, known: objects, claims, drifts, outputs };
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
