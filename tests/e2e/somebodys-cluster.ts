import { controllerName } from "../machines/docker/cluster-equipment.ts";
import { PlainCluster } from "../machines/docker/plain-cluster.ts";
import { kubectlFile } from "./live-cluster.ts";
import { cluster } from "./options.ts";
import { workspace } from "./suite.ts";

/** The settings that name the ingress controller of somebody's cluster. */
export const ingressSettings = {
    className: controllerName,
    externalPort: cluster.port,
    controller: { namespace: controllerName, podLabels: { "app.kubernetes.io/name": controllerName } },
} as const;

/** Makes a cluster as somebody does who knows nothing of the project, with kind and the user's own kubeconfig. */
export async function createSomebodysCluster(name: string, workers: number): Promise<PlainCluster> {
    const made = new PlainCluster({
        name,
        workers,
        port: cluster.port,
        kubeconfig: workspace().usersKubeconfig,
        kubectl: await kubectlFile(),
        environment: workspace().environment,
    });
    await made.create();
    return made;
}
