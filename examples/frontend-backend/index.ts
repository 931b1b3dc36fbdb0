import * as pulumi from "@pulumi/pulumi";
import {
    Application,
    connectToCluster,
    Credentials,
    MySql,
    Redis,
    serviceDirectory,
    stackLabels,
    Tier,
    topologyOf,
} from "../../components";
import { smallMySql, smallRedis } from "../small-storage-tiers";
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

const credentials = new Credentials("credentials", common, inApp);
const mysql = new MySql("mysql", { ...common, ...smallMySql, credentials: credentials.mysql }, inApp);
const redis = new Redis("redis", { ...common, ...smallRedis, credentials: credentials.redis }, inApp);
const backend = new Tier(
    "backend",
    { ...common, ...webService("backend.mjs"), connectsTo: [mysql, redis] },
    inApp,
);
const { name, fqdn, port } = backend.address;
const urls = pulumi.interpolate`http://${name}:${port} http://${fqdn}:${port}`;
const frontend = new Tier(
    "frontend",
    { ...common, ...webService("service.mjs", { FETCHES: urls }), connectsTo: [backend] },
    inApp,
);
const tiers = [frontend, backend, redis, mysql];

export const namespace = app.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
