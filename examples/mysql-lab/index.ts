import { Credentials, MySql, serviceDirectory, Tier, topologyOf } from "../../components";
import { exampleApplication } from "../example-application";
import { smallMySql } from "../small-storage-tiers";

const { inApp, ...example } = exampleApplication();
// Server and client in one image, of which the client's pod runs only the latter.
const common = { ...example.common, image: "docker.io/library/mysql:9.7" };

const credentials = new Credentials("credentials", common, inApp);
const mysql = new MySql("mysql-service", { ...common, ...smallMySql, credentials: credentials.mysql }, inApp);
// Waits to be entered. Nothing listens at its port: its Service only gives `kubectl exec` a name to find the pod by.
const client = new Tier(
    "client",
    {
        ...common,
        command: ["sh", "-c", "trap exit TERM; sleep infinity & wait"],
        // The client program would write down what is typed.
        env: { MYSQL_HISTFILE: "/dev/null" },
        port: 8080,
        protocol: "none",
        connectsTo: [mysql],
        livenessProbe: { exec: { command: ["true"] } },
        readinessProbe: {
            exec: { command: ["mysqladmin", "--host=mysql-service", "ping"] },
            timeoutSeconds: 5,
        },
        preStopSleepSeconds: 0,
    },
    inApp,
);
const tiers = [client, mysql];

export const namespace = example.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
