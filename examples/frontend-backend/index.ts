import * as pulumi from "@pulumi/pulumi";
import { Credentials, MySql, Redis, serviceDirectory, Tier, topologyOf } from "../../components";
import { exampleApplication } from "../example-application";
import { smallMySql, smallRedis } from "../small-storage-tiers";
import { webService } from "../web-service";

const { inApp, common, ...example } = exampleApplication();

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

export const namespace = example.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
