import * as pulumi from "@pulumi/pulumi";
import { Credentials, MySql, Redis, Tier } from "../../components";
import { exampleApplication } from "../example-application";
import { smallMySql, smallRedis } from "../small-storage-tiers";
import { webService } from "../web-service";

const app = exampleApplication();

const credentials = new Credentials("credentials", { app });
const mysql = new MySql("mysql", { app, ...smallMySql, credentials: credentials.mysql });
const redis = new Redis("redis", { app, ...smallRedis, credentials: credentials.redis });
const backend = new Tier("backend", { app, ...webService("backend.mjs"), connectsTo: [mysql, redis] });
const { name, fqdn, port } = backend.address;
const urls = pulumi.interpolate`http://${name}:${port} http://${fqdn}:${port}`;
new Tier("frontend", { app, ...webService("service.mjs", { FETCHES: urls }), connectsTo: [backend] });

export const { namespace, services, topology } = app;
