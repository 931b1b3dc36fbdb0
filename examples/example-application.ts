import * as pulumi from "@pulumi/pulumi";
import { Application, connectToCluster } from "../components";

/**
 * Creates what every example begins with: in the cluster that its stack names, a namespace that is called as the
 * project unless the stack says otherwise.
 */
export function exampleApplication(): Application {
    const config = new pulumi.Config();
    const cluster = connectToCluster("cluster", {
        context: config.require("context"),
        kubeconfig: config.get("kubeconfig"),
    });
    return new Application("app", { cluster, namespace: config.get("namespace") ?? pulumi.getProject() });
}
