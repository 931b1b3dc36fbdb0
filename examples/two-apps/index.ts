import * as pulumi from "@pulumi/pulumi";
import {
    Application,
    connectToCluster,
    serviceDirectory,
    stackLabels,
    Tier,
    topologyOf,
} from "../../components";
import { webService } from "../web-service";

const config = new pulumi.Config();
const cluster = connectToCluster("cluster", {
    context: config.require("context"),
    kubeconfig: config.get("kubeconfig"),
});
const labels = stackLabels(pulumi.getProject(), pulumi.getStack());
const app = new Application(
    "app",
    {
        namespace: config.get("namespace") ?? pulumi.getProject(),
        namespaceProvider: cluster.namespaceProvider,
        labels,
    },
    { provider: cluster.provider },
);
const inApp = { parent: app };
const common = { namespace: app.namespace, labels, ...webService() };

const app2 = new Tier("app2", common, inApp);
const app1 = new Tier("app1", { ...common, connectsTo: [app2] }, inApp);
const tiers = [app1, app2];

export const namespace = app.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
