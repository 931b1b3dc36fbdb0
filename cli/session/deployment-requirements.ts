import { applicationImage, type ApplicationTier } from "../../settings/application-images.ts";
import type { Settings } from "../../settings/parse.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { StackLabels } from "../kubernetes/stack-labels.ts";
import type { ReportProgress } from "../terminal/steps.ts";

/** The requirements of a deployment: namespace, images, ports, volumes. */
export interface DeploymentRequirements {
    readonly context: string;
    readonly kubeconfig?: string | undefined;
    /** The UID of the cluster that the stack is for; undefined if its settings don't say. */
    readonly clusterUid?: string | undefined;
    readonly namespace: string;
    /** The same if the stack was given it; undefined if the stack creates it. */
    readonly existingNamespace?: string | undefined;
    /** The tiers whose image is the one built from `app/`. */
    readonly builtTiers: readonly ApplicationTier[];
    /** The tiers whose image is in no registry. */
    readonly localTiers: readonly ApplicationTier[];
    /** The images of others that an own cluster is given. */
    readonly images: readonly string[];
    /** The port on this machine behind which the Ingress of an own cluster answers. */
    readonly hostPort: number;
    /**
     * Checks what only the cluster can tell, and reports what it doesn't tell the user.
     *
     * @throws CommandFailure with everything that doesn't fit
     */
    readonly check: (client: KubernetesClient, labels: StackLabels, report: ReportProgress) => Promise<void>;
}

const applicationTiers: readonly ApplicationTier[] = ["client", "server", "worker"];

/** Derives the requirements of a stack of the application. */
export function applicationRequirements(settings: Settings): DeploymentRequirements {
    return {
        context: settings.context,
        kubeconfig: settings.kubeconfig,
        clusterUid: settings.clusterUid,
        namespace: settings.namespace,
        existingNamespace: settings.existingNamespace,
        // Only where somebody asks for it: it reads all sources.
        get builtTiers() {
            return applicationTiers.filter((tier) => settings[tier].image === applicationImage(tier));
        },
        localTiers: applicationTiers.filter((tier) => settings[tier].image.startsWith("localhost/")),
        images: [settings.mysql.image, settings.redis.image],
        hostPort: settings.ingress.externalPort,
        check: async (client, labels, report) => {
            const { checkAgainstCluster } = await import("../kubernetes/preflight.ts");
            await checkAgainstCluster(client, settings, labels, report);
        },
    };
}
