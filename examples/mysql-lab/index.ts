import { Credentials, MySql, mysqlDefaults, Tier } from "../../components";
import { exampleApplication } from "../example-application";
import { smallMySql } from "../small-storage-tiers";

const app = exampleApplication();

const credentials = new Credentials("credentials", { app });
const mysql = new MySql("mysql-service", { app, ...smallMySql, credentials: credentials.mysql });
// Waits to be entered. Nothing listens at its port: its Service only gives `kubectl exec` a name to find the pod by.
new Tier("client", {
    app,
    // Server and client in one image, of which the client's pod runs only the latter.
    image: mysqlDefaults.image,
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
});

export const { namespace, services, topology } = app;
