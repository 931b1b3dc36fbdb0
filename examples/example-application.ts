import * as pulumi from "@pulumi/pulumi";
import { Application, connectToCluster, stackLabels } from "../components";

/**
 * What every example begins with: the cluster that its stack names, and in it a namespace that is called as the project
 * unless the stack says otherwise. Gives what its components have in common, as arguments and as options.
 */
export function exampleApplication() {
    const config = new pulumi.Config();
    const project = pulumi.getProject();
    const cluster = connectToCluster("cluster", {
        context: config.require("context"),
        kubeconfig: config.get("kubeconfig"),
    });
    const labels = stackLabels(project, pulumi.getStack());
    const app = new Application(
        "app",
        {
            namespace: config.get("namespace") ?? project,
            namespaceProvider: cluster.namespaceProvider,
            labels,
        },
        { provider: cluster.provider },
    );
    return { namespace: app.namespace, common: { namespace: app.namespace, labels }, inApp: { parent: app } };
}
