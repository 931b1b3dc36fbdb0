import type { Settings } from "../../settings/parse.ts";
import { listClaims } from "./objects.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { checkIngressClass } from "./ingress-class-check.ts";
import type { KubernetesClient } from "./client.ts";
import { labelSelector, type StackLabels } from "./stack-labels.ts";
import { checkStorage } from "./storage-check.ts";

/**
 * Checks the settings against the cluster before anything is created: what it would refuse, or wait for in vain, in
 * the middle of an update.
 *
 * @throws CommandFailure with everything that doesn't fit
 */
export async function checkAgainstCluster(
    client: KubernetesClient,
    settings: Settings,
    labels: StackLabels,
): Promise<void> {
    const [ingressClasses, storageClasses, claims] = await Promise.all([
        client.networking.listIngressClass(),
        client.storage.listStorageClass(),
        listClaims(client, settings.namespace, labelSelector(labels)),
    ]);
    const wanted = (["mysql", "redis"] as const)
        .map((tier) => ({ tier, ...settings[tier].storage, className: settings[tier].storage.className }))
        .filter(({ ephemeral }) => !ephemeral);
    const problems = [
        ...checkIngressClass(
            settings.ingress.className,
            ingressClasses.items.map(({ metadata }) => metadata?.name ?? ""),
        ),
        ...checkStorage(wanted, claims, storageClasses.items),
    ];
    if (problems.length > 0) {
        throw new CommandFailure(
            `The settings don't fit the cluster of the context ${client.context}; nothing was changed:\n` +
                problems.map((problem) => `  - ${problem}`).join("\n"),
        );
    }
}
