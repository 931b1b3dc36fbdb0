import { identityKey } from "../../components/labels.ts";
import { configNamespace } from "../../settings/path.ts";
import { CommandFailure } from "../terminal/failure.ts";
import {
    identityOf,
    nameOf,
    type LiveClaim,
    type LiveObject,
    type ObjectIdentity,
} from "../kubernetes/live-object.ts";
import { carries, type StackLabels } from "../kubernetes/stack-labels.ts";
import { allProjects, takeOver } from "./project.ts";
import type { KnownObject, StackState } from "./state-file.ts";

const partOf = "app.kubernetes.io/part-of";
const instance = "app.kubernetes.io/instance";

/**
 * The live objects that an engine created but couldn't note in its state any more: they carry the stack's labels,
 * the state doesn't have them, and no other object owns them. Claims are never among them: their names are fixed,
 * so the next `up` takes them on with the data in them.
 *
 * @param live objects in the stack's own namespace
 * @param known the objects of the stack's state
 */
export function findOrphans<Live extends LiveObject>(
    live: readonly Live[],
    known: readonly ObjectIdentity[],
    labels: StackLabels,
): Live[] {
    const names = new Set(known.map(nameOf));
    return live.filter(
        (object) =>
            carries(object, labels) &&
            object.kind !== "PersistentVolumeClaim" &&
            (object.metadata?.ownerReferences ?? []).length === 0 &&
            object.metadata?.deletionTimestamp === undefined &&
            !names.has(nameOf(identityOf(object))),
    );
}

/**
 * The objects of the state that are not in the cluster any more, although nothing that Pulumi did removed them.
 *
 * @param known the objects of the stack's state
 * @param live all objects in the stack's namespace, of the kinds asked for
 * @param kinds the kinds that `live` would contain
 */
export function findMissing<Known extends ObjectIdentity>(
    known: readonly Known[],
    live: readonly LiveObject[],
    kinds: readonly string[],
): Known[] {
    const names = new Set(live.map((object) => nameOf(identityOf(object))));
    return known.filter((object) => kinds.includes(object.kind) && !names.has(nameOf(object)));
}

/** The namespaces that were made with a state. */
export type NamespaceOwner = Pick<StackState, "identities" | "objects">;

/** Says whether an object in a namespace that others use too was made with a state: by the identifier that both have. */
export function isMadeWith(
    { metadata }: LiveObject,
    { identities }: Pick<StackState, "identities">,
): boolean {
    const identity = metadata?.labels?.[identityKey];
    return identity !== undefined && identities.includes(identity);
}

/**
 * Says whether a namespace was made with a state: by the identifier that both have; one without an identifier, as earlier
 * versions made it, by its UID.
 */
function isOwn(namespace: LiveObject, { identities, objects }: NamespaceOwner): boolean {
    const identity = identityOfState(namespace);
    const { uid } = namespace.metadata ?? {};
    return identity === undefined
        ? uid !== undefined && objects.some((known) => known.kind === "Namespace" && known.uid === uid)
        : identities.includes(identity);
}

/** The identifier of the state that a namespace was made with. */
function identityOfState({ metadata }: LiveObject): string | undefined {
    return metadata?.annotations?.[identityKey];
}

/**
 * The names of the namespaces that a command may create, change or delete: those of the state, and the one that the
 * settings have it create.
 */
export function namespacesAtStake({ objects }: NamespaceOwner, created: string | undefined): string[] {
    const known = objects.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
    return [...new Set([...known, ...(created === undefined ? [] : [created])])];
}

/**
 * Checks that namespaces were made with a state.
 *
 * @throws CommandFailure if one of them was not
 */
export function refuseForeign(
    namespaces: readonly LiveObject[],
    state: NamespaceOwner,
    labels: StackLabels,
): void {
    const foreign = namespaces.find((namespace) => !isOwn(namespace, state));
    if (foreign !== undefined) {
        throw foreignNamespace(foreign, state, labels);
    }
}

/** Why a namespace that is not a state's own is left alone, and what to do. */
export function foreignNamespace(
    namespace: LiveObject,
    state: NamespaceOwner,
    labels: StackLabels,
): CommandFailure {
    const name = namespace.metadata?.name ?? "";
    const owner = allProjects().find((each) => each.name === labels[partOf]);
    const setting = `${owner?.configNamespace ?? configNamespace}:namespace`;
    const known = state.objects.find((object) => object.kind === "Namespace" && object.name === name);
    if (known !== undefined) {
        return otherNamespace(known, namespace, state, labels[instance]);
    }
    if (!carries(namespace, labels)) {
        const { [partOf]: project, [instance]: stack } = namespace.metadata?.labels ?? {};
        const renamed =
            identityOfState(namespace) !== undefined &&
            project !== undefined &&
            project !== labels[partOf] &&
            stack === labels[instance];
        const whose = stack === undefined ? "somebody else's" : `of another stack, "${stack}"`;
        return new CommandFailure(
            `The namespace ${name} exists already and is ${whose}` +
                `${renamed ? ` of the project ${project}` : ""}: it is left alone.`,
            `Give this stack a namespace of its own: the setting ${setting}.` +
                (renamed
                    ? `\nOr, if this project was called ${project} before: ${takeOver(stack, project, labels[partOf])}.`
                    : ""),
        );
    }
    return new CommandFailure(
        `The namespace ${name} exists already. It carries the labels of this stack, but ${madeWith(namespace)}: ` +
            "it is left alone, with all that is in it.",
        "Somebody else's stack of the same name, or one of another backend or data folder: to go on with that one, use " +
            "its state (PULUMI_BACKEND_URL, pulumi login).\n" +
            `To have another beside it: the setting ${setting}.\n` +
            `Or, if it may go for good, with its data: kubectl delete namespace ${name}`,
    );
}

function madeWith(namespace: LiveObject): string {
    const identity = identityOfState(namespace);
    return identity === undefined
        ? `its annotation ${identityKey}, which says whose it is, is missing`
        : `it was made with another state (${identityKey}: ${identity})`;
}

/** For a namespace that has the name of one in the state, but is another. */
function otherNamespace(
    { name, urn, uid }: KnownObject,
    namespace: LiveObject,
    { identities: [identity] }: NamespaceOwner,
    stack: string,
): CommandFailure {
    const same = uid !== undefined && uid === namespace.metadata?.uid;
    const annotate = `kubectl annotate --overwrite namespace ${name}`;
    const claims =
        identity !== undefined
            ? [`${annotate} ${identityKey}=${identity}`]
            : same
              ? // Without an identifier in the state, the UID says whose it is.
                [`${annotate} ${identityKey}-`]
              : [];
    return new CommandFailure(
        `The namespace ${name} is not the one that this stack's state has under this name: ` +
            `${same ? "" : "it has another UID, and "}${madeWith(namespace)}. It is left alone, with all that is in it.`,
        [
            ...claims.map(
                (command) => `If it is this stack's all the same, as after a restored backup: ${command}`,
            ),
            "If it is somebody else's, have this state forget it: " +
                `npm run pulumi -- --stack ${stack} state delete '${urn}' --target-dependents --yes`,
        ].join("\n"),
    );
}

/**
 * Checks that a namespace of the state's own which the state doesn't have, as an interrupted `up` leaves it, can be
 * deleted.
 *
 * @throws CommandFailure if there is data in it
 */
export function refuseData(namespace: LiveObject, claims: readonly LiveClaim[]): void {
    const name = namespace.metadata?.name ?? "";
    if (claims.length > 0) {
        const names = claims.map(({ metadata }) => metadata?.name ?? "").join(", ");
        throw new CommandFailure(
            `The namespace ${name} was made with this stack's state but is not in it any more, and there is data in it ` +
                `(${names}): it is left alone.`,
            "Either an older copy of Pulumi's state is used: use the newest one (PULUMI_BACKEND_URL, pulumi login).\n" +
                `Or, if the data may go for good: kubectl delete namespace ${name}`,
        );
    }
}
