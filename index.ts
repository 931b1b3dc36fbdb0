import {
    AppIngress,
    Application,
    Client,
    connectToCluster,
    Credentials,
    MySql,
    Redis,
    Server,
    Worker,
} from "./components";
import { loadSettings } from "./settings/load";

const settings = loadSettings();
const { protect, host } = settings;

const cluster = connectToCluster("cluster", settings.cluster);
const app = new Application("app", { cluster, ...settings.application });

const credentials = new Credentials("credentials", { app, versions: settings.credentials });
const mysql = new MySql("mysql", { app, ...settings.mysql, protect, credentials: credentials.mysql });
const redis = new Redis("redis", { app, ...settings.redis, protect, credentials: credentials.redis });
new Worker("worker", { app, ...settings.worker, connectsTo: [mysql, redis] });
const server = new Server("server", { app, ...settings.server, connectsTo: [mysql, redis] });
const client = new Client("client", { app, ...settings.client });

const ingress = new AppIngress("ingress", {
    app,
    ...settings.ingress,
    host,
    routes: { "/": client, "/api": server },
});

export const url = ingress.url;
export const { namespace, services, topology } = app;
