import type { KubernetesObject } from "@kubernetes/client-node";

import { deleteObjects, listClaims, listStackObjects, readNamespace } from "../kubernetes/objects.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { componentKinds, identityOf, nameOf, type LiveObject } from "../kubernetes/live-object.ts";
import { carries, type StackLabels } from "../kubernetes/stack-labels.ts";
import {
    findMissing,
    findOrphans,
    foreignNamespace,
    isMadeWith,
    namespacesAtStake,
    refuseData,
    refuseForeign,
} from "./orphans.ts";
import type { StepContext } from "../terminal/steps.ts";
import type { OpenedStack } from "./open-stack.ts";
import { dropPendingOperations, type StackState, type StateHolder } from "./state-file.ts";

/** Where a stack's objects are. */
export interface StackPlace {
    readonly client: KubernetesClient;
    readonly namespace: string;
    /** The same if the stack was given it; undefined if the stack creates it. */
    readonly existingNamespace?: string | undefined;
    readonly labels: StackLabels;
}

/** A state and its cluster, brought together. */
export interface Reconciled {
    readonly missing: readonly string[];
    readonly state: StackState;
    readonly live: readonly KubernetesObject[];
}

/**
 * Brings the state and the cluster together after an update that was killed, before anything else is done: drops
 * operations that nobody carries out any more, and deletes what the killed engine created without noting it. Only
 * namespaces that were made with this state are touched; in an existing one, only objects that were.
 *
 * @returns the state, and the stack's objects in the cluster; of the state's those that are missing there, so that it
 * needs a refresh
 * @throws CommandFailure if a namespace was not made with this state, or has data that the state doesn't know
 */
export async function reconcile(
    stack: StateHolder & Pick<OpenedStack, "found">,
    place: StackPlace,
    step: Pick<StepContext, "report">,
    interruption: Interruption,
): Promise<Reconciled> {
    const state = stack.found;
    const namespaces = await readOwnNamespaces(place, state);
    const known = state.objects;
    const leftover = namespaces.find(
        ({ metadata: { name } = {} }) =>
            name === place.namespace && !known.some((o) => o.kind === "Namespace" && o.name === name),
    );
    if (leftover !== undefined) {
        refuseData(leftover, await listClaims(place.client, place.namespace));
    }
    if (state.pending.length > 0) {
        await dropPendingOperations(stack);
        step.report(`an earlier command was killed in the middle of ${state.pending.length} operations`);
    }
    if (leftover !== undefined) {
        await removeNamespace(place, leftover, step, interruption);
    }
    // The settings may name another namespace than the one that the objects of the state are in.
    const here = namespaces.filter((namespace) => namespace !== leftover);
    const { existingNamespace } = place;
    const names = here.map(({ metadata }) => metadata?.name ?? "");
    const lists = [...names, ...(existingNamespace === undefined ? [] : [existingNamespace])].map((name) =>
        listStackObjects(place.client, name, place.labels),
    );
    const live = (await Promise.all(lists)).flat();
    const ours = live.filter(
        (object) => object.metadata?.namespace !== existingNamespace || isMadeWith(object, state),
    );
    await removeOrphans(place, findOrphans(ours, known, place.labels), step, interruption);
    const kinds = [...componentKinds.map(({ kind }) => kind), "PersistentVolumeClaim", "Namespace"];
    const missing = findMissing(known, [...live, ...here.map(asObject)], kinds).map(nameOf);
    return { missing, state, live };
}

/**
 * Refuses while another update runs: objects that it is just creating aren't in the state yet, nor are they left behind.
 * This is for backends that say whether a stack is being updated; the managed one has locks (lock.ts).
 *
 * @throws CommandFailure if another update is in progress
 */
export async function refuseIfBusy(stack: OpenedStack): Promise<void> {
    const stacks = await stack.workspace.listStacks();
    if (stacks.some(({ name, updateInProgress }) => name === stack.name && updateInProgress === true)) {
        throw new CommandFailure(
            `Another update of the stack ${stack.name} is in progress.`,
            "Wait until it has ended. If it is dead for certain: npm run pulumi -- cancel",
        );
    }
}

async function removeOrphans(
    { client }: StackPlace,
    orphans: ReturnType<typeof findOrphans>,
    step: Pick<StepContext, "report">,
    interruption: Interruption,
): Promise<void> {
    if (orphans.length === 0) {
        return;
    }
    const names = orphans.map((orphan) => nameOf(identityOf(orphan)));
    step.report(`removing what a killed command left behind: ${names.join(", ")}`);
    await deleteObjects(client, orphans, interruption);
}

/**
 * Reads the namespaces that a command may create, change or delete, as far as they exist.
 *
 * @throws CommandFailure if one of them was not made with this state
 */
async function readOwnNamespaces(
    { client, namespace, existingNamespace, labels }: StackPlace,
    state: StackState,
): Promise<LiveObject[]> {
    const names = namespacesAtStake(state, existingNamespace === undefined ? namespace : undefined);
    const found = (await Promise.all(names.map((name) => readNamespace(client, name)))).filter(
        (each) => each !== undefined,
    );
    refuseForeign(found, state, labels);
    return found;
}

/**
 * Tells of a namespace that carries a stack's labels though its state knows nothing: another state's.
 *
 * @returns whose it is and what to do, undefined if there is none
 */
export async function describeForeignNamespace({
    client,
    namespace: name,
    existingNamespace,
    labels,
}: StackPlace): Promise<string | undefined> {
    const namespace = existingNamespace === undefined ? await readNamespace(client, name) : undefined;
    if (namespace === undefined || !carries(namespace, labels)) {
        return undefined;
    }
    const { message, remedy } = foreignNamespace(namespace, { identities: [], objects: [] }, labels);
    return `${message}\n${remedy}`;
}

/** Completes a namespace: the API answers about one without its kind. */
function asObject({ metadata }: LiveObject): LiveObject {
    return { apiVersion: "v1", kind: "Namespace", metadata: { name: metadata?.name ?? "" } };
}

async function removeNamespace(
    { client }: StackPlace,
    namespace: LiveObject,
    step: Pick<StepContext, "report">,
    interruption: Interruption,
): Promise<void> {
    step.report(
        `removing the namespace ${namespace.metadata?.name ?? ""}, which a killed command left behind`,
    );
    await deleteObjects(client, [asObject(namespace)], interruption);
}
