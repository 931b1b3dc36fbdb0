import * as pulumi from "@pulumi/pulumi";
import { serviceDirectory, Tier, topologyOf } from "../../components";
import { exampleApplication } from "../example-application";
import { webService } from "../web-service";

const { inApp, common, ...example } = exampleApplication();

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

export const namespace = example.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
