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

const allVerbs = ["get", "list", "create", "patch", "delete"];

/** The rights that the commands and the program need. */
const neededRights: readonly Right[] = [
    { group: "", resource: "namespaces", verbs: ["get", "create", "patch", "delete"], namespaced: false },
    { group: "networking.k8s.io", resource: "ingressclasses", verbs: ["list"], namespaced: false },
    { group: "storage.k8s.io", resource: "storageclasses", verbs: ["list"], namespaced: false },
    ...[
        ["", "configmaps"],
        ["", "persistentvolumeclaims"],
        ["", "secrets"],
        ["", "serviceaccounts"],
        ["", "services"],
        ["apps", "deployments"],
        ["networking.k8s.io", "ingresses"],
        ["networking.k8s.io", "networkpolicies"],
        ["policy", "poddisruptionbudgets"],
    ].map(([group = "", resource = ""]) => ({ group, resource, verbs: allVerbs, namespaced: true })),
    { group: "", resource: "pods", verbs: ["list"], namespaced: true },
];

/**
 * Finds the UID of a cluster, as {@link clusterUid}, for a stack in a namespace.
 *
 * @throws CommandFailure if the cluster doesn't answer, or with every right that the user lacks there
 */
export async function reachCluster(client: KubernetesClient, namespace: string): Promise<string> {
    try {
        return await clusterUid(client);
    } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        throw isForbidden(cause) ? await lackOfRights(client, namespace, apiMessage(cause)) : error;
    }
}

async function lackOfRights(
    client: KubernetesClient,
    namespace: string,
    refusal: string,
): Promise<CommandFailure> {
    // Everybody may ask for their own rights; where not, the refusal itself has to do.
    const missing = await missingRights(client, namespace).catch(() => []);
    return new CommandFailure(
        `The user of the context ${client.context} (${client.server}) lacks rights in the cluster; nothing was changed:\n` +
            (missing.length > 0 ? missing : [refusal]).map((line) => `  - ${line}`).join("\n"),
        "Rights in one namespace are not enough: the stack makes a namespace of its own. Ask the cluster's administrator for " +
            "them, or take another user or cluster (--context).",
    );
}

function accessReview(attributes: Partial<V1ResourceAttributes>): V1SelfSubjectAccessReview {
    const resourceAttributes = Object.assign(new V1ResourceAttributes(), attributes);
    const spec = Object.assign(new V1SelfSubjectAccessReviewSpec(), { resourceAttributes });
    return Object.assign(new V1SelfSubjectAccessReview(), { spec });
}

/** Asks the cluster which of the needed rights the user lacks, each kind of objects as a line. */
async function missingRights({ authorization }: KubernetesClient, namespace: string): Promise<string[]> {
    const lines = await Promise.all(
        neededRights.map(async ({ group, resource, verbs, namespaced }) => {
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
    return lines.flat();
}
