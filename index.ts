import * as pulumi from "@pulumi/pulumi";
import {
    AppIngress,
    Application,
    Client,
    connectToCluster,
    Credentials,
    MySql,
    Redis,
    Server,
    serviceDirectory,
    stackLabels,
    topologyOf,
    Worker,
} from "./components";
import { loadSettings } from "./settings/load";

const settings = loadSettings();
const cluster = connectToCluster("cluster", settings);
const labels = stackLabels(pulumi.getProject(), pulumi.getStack());
const app = new Application(
    "app",
    { namespace: settings.namespace, namespaceProvider: cluster.namespaceProvider, labels },
    { provider: cluster.provider },
);
const inApp = { parent: app };
const { clusterDomain, imagePullSecrets, protect } = settings;
const placement = { namespace: app.namespace, labels, clusterDomain, imagePullSecrets };

const credentials = new Credentials("credentials", { ...placement, versions: settings.credentials }, inApp);

const mysql = new MySql(
    "mysql",
    { ...placement, ...settings.mysql, protect, credentials: credentials.mysql },
    inApp,
);
const redis = new Redis(
    "redis",
    { ...placement, ...settings.redis, protect, credentials: credentials.redis },
    inApp,
);
const worker = new Worker("worker", { ...placement, ...settings.worker, connectsTo: [mysql, redis] }, inApp);
const server = new Server("server", { ...placement, ...settings.server, connectsTo: [mysql, redis] }, inApp);
const client = new Client("client", { ...placement, ...settings.client }, inApp);

const ingress = new AppIngress(
    "ingress",
    { ...placement, ...settings.ingress, host: settings.host, routes: { "/": client, "/api": server } },
    inApp,
);
const tiers = [client, server, worker, redis, mysql];

export const url = ingress.url;
export const namespace = app.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers, ingress);
