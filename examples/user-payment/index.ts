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
const common = { namespace: app.namespace, labels };

const users = new Tier("user-service", { ...common, ...webService() }, inApp);
// The same service by both of its names: within a namespace the short one is enough.
const { name, fqdn, port } = users.address;
const urls = pulumi.interpolate`http://${name}:${port} http://${fqdn}:${port}`;
const payments = new Tier(
    "payment-service",
    { ...common, ...webService("service.mjs", { FETCHES: urls }), connectsTo: [users] },
    inApp,
);
const tiers = [users, payments];

export const namespace = app.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
