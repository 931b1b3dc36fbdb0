import { clusterUid, connect } from "../kubernetes/client.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { ownTarget, type DeployedTo, type Target } from "./target.ts";

/**
 * Recognizes the cluster that a stack was last deployed to under another name: its kubeconfig was moved, or its context
 * renamed.
 *
 * @param target the cluster as it is named now
 * @returns the target to work with; the project's own cluster stays that
 * @throws CommandFailure if it is another cluster, or doesn't answer
 */
export async function recognizeCluster(target: Target, deployedTo: DeployedTo): Promise<Target> {
    const differently = `${target.context ?? "the context"} of ${target.kubeconfig}`;
    const reason = await differenceFrom(target, deployedTo);
    if (reason !== undefined) {
        throw new CommandFailure(
            `This stack is deployed to the context ${deployedTo.context} (${deployedTo.kubeconfig}), ` +
                `not to ${differently}: ${reason}`,
            `${wayTo(deployedTo)}\n` +
                "A stack belongs to one cluster. For the other one use another stack (--stack), or remove this one first.",
        );
    }
    return (deployedTo.own ? ownTarget(deployedTo.context) : undefined) ?? target;
}

/** The reason why a target isn't known to be the cluster of a deployment, undefined if it is. */
async function differenceFrom(
    { kubeconfig, context }: Target,
    deployedTo: DeployedTo,
): Promise<string | undefined> {
    try {
        const uid = await clusterUid(connect(kubeconfig, context), deployedTo.existingNamespace);
        return uid === deployedTo.clusterUid ? undefined : "that is another cluster.";
    } catch (error) {
        return messageOf(error);
    }
}

/** Tells how to work with a stack where it is, by what is left of the way there. */
function wayTo({ own, context, kubeconfig }: DeployedTo): string {
    try {
        connect(kubeconfig, context);
        return `To work with it where it is: --context ${context}${own ? "" : ` --kubeconfig ${kubeconfig}`}`;
    } catch (error) {
        const command = own ? `--context ${context}` : "--context NAME --kubeconfig FILE";
        return `${messageOf(error)} To work with it where it is, name that cluster as it is called now: ${command}`;
    }
}
