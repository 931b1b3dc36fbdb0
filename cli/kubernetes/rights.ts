import {
    V1ResourceAttributes,
    V1SelfSubjectAccessReview,
    V1SelfSubjectAccessReviewSpec,
} from "@kubernetes/client-node";

import { CommandFailure } from "../terminal/failure.ts";
import { apiMessage, clusterUid, isForbidden, type KubernetesClient } from "./client.ts";

/** A kind of objects, and what the commands do with them. */
interface Right {
    readonly group: string;
    readonly resource: string;
    readonly verbs: readonly string[];
    /** Of objects in the stack's namespace. */
    readonly namespaced: boolean;
}

/** The engine waits for what it creates by watching it. */
const readVerbs = ["get", "list", "watch"];
const allVerbs = [...readVerbs, "create", "patch", "delete"];

function inNamespace(verbs: readonly string[], kinds: readonly (readonly [string, string])[]): Right[] {
    return kinds.map(([group, resource]) => ({ group, resource, verbs, namespaced: true }));
}

/** The rights in the stack's namespace that the commands and the program need. */
const rightsInNamespace: readonly Right[] = [
    ...inNamespace(allVerbs, [
        ["", "configmaps"],
        ["", "persistentvolumeclaims"],
        ["", "secrets"],
        ["", "serviceaccounts"],
        ["", "services"],
        ["apps", "deployments"],
        ["autoscaling", "horizontalpodautoscalers"],
        ["networking.k8s.io", "ingresses"],
        ["networking.k8s.io", "networkpolicies"],
        ["policy", "poddisruptionbudgets"],
    ]),
    ...inNamespace(readVerbs, [
        ["", "endpoints"],
        ["", "events"],
        ["", "pods"],
        ["apps", "replicasets"],
        ["discovery.k8s.io", "endpointslices"],
    ]),
];

const ownNamespaceRights: readonly Right[] = [
    { group: "", resource: "namespaces", verbs: ["get", "create", "patch", "delete"], namespaced: false },
    ...rightsInNamespace,
];

const existingNamespaceRights: readonly Right[] = [
    ...inNamespace(["get"], [["", "namespaces"]]),
    ...rightsInNamespace,
];

/** Where a stack's objects are. */
interface Place {
    readonly namespace: string;
    /** The same if the stack was given it; undefined if the stack creates it. */
    readonly existingNamespace?: string | undefined;
}

/**
 * Finds the UID of a cluster, as {@link clusterUid}, for a stack in a namespace.
 *
 * @throws CommandFailure if the cluster doesn't answer, or with every right that the user lacks there
 */
export async function reachCluster(client: KubernetesClient, place: Place): Promise<string> {
    try {
        return await clusterUid(client, place.existingNamespace);
    } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        if (!isForbidden(cause)) {
            throw error;
        }
        const missing = await missingRights(client, place);
        // Where nobody says what is missing, the refusal itself has to do.
        throw lackOfRights(client, place, missing.length > 0 ? missing : [apiMessage(cause)]);
    }
}

/**
 * Checks the rights of a user in a namespace that others have made: for one that is missing, the engine would fail in the
 * middle, or wait for ever.
 *
 * @throws CommandFailure with every right that the user lacks
 */
export async function refuseMissingRights(client: KubernetesClient, place: Place): Promise<void> {
    const missing = await missingRights(client, place);
    if (missing.length > 0) {
        throw lackOfRights(client, place, missing);
    }
}

function lackOfRights(
    client: KubernetesClient,
    { existingNamespace }: Place,
    missing: readonly string[],
): CommandFailure {
    return new CommandFailure(
        `The user of the context ${client.context} (${client.server}) lacks rights in the cluster; nothing was changed:\n` +
            missing.map((line) => `  - ${line}`).join("\n"),
        existingNamespace === undefined
            ? "The stack makes a namespace of its own. With rights in one namespace alone, name that one: " +
                  "multitier:existingNamespace (docs/clusters.md).\n" +
                  "Or ask the cluster's administrator for the rights, or take another user or cluster (--context)."
            : "Ask the namespace's administrator for them: docs/clusters.md has the Role that is needed.",
    );
}

function accessReview(attributes: Partial<V1ResourceAttributes>): V1SelfSubjectAccessReview {
    const resourceAttributes = Object.assign(new V1ResourceAttributes(), attributes);
    const spec = Object.assign(new V1SelfSubjectAccessReviewSpec(), { resourceAttributes });
    return Object.assign(new V1SelfSubjectAccessReview(), { spec });
}

/**
 * Asks the cluster which of the needed rights the user lacks, each kind of objects as a line. Everybody may ask for their
 * own rights; where not, none counts as missing.
 */
async function missingRights(
    { authorization }: KubernetesClient,
    { namespace, existingNamespace }: Place,
): Promise<string[]> {
    const needed = existingNamespace === undefined ? ownNamespaceRights : existingNamespaceRights;
    const lines = Promise.all(
        needed.map(async ({ group, resource, verbs, namespaced }) => {
            const place = namespaced ? { namespace } : {};
            const answers = await Promise.all(
                verbs.map(async (verb) => {
                    const body = accessReview({ group, resource, verb, ...place });
                    const { status } = await authorization.createSelfSubjectAccessReview({ body });
                    return status?.allowed === true ? [] : [verb];
                }),
            );
            const lacking = answers.flat();
            const kind = group === "" ? resource : `${resource}.${group}`;
            const where = namespaced ? ` in the namespace ${namespace}` : "";
            return lacking.length > 0 ? [`${lacking.join(", ")} ${kind}${where}`] : [];
        }),
    );
    return (await lines.catch(() => [])).flat();
}
