import * as pulumi from "@pulumi/pulumi";
import { Tier } from "../../components";
import { exampleApplication } from "../example-application";
import { webService } from "../web-service";

const app = exampleApplication();

const users = new Tier("user-service", { app, ...webService() });
// The same service by both of its names: within a namespace the short one is enough.
const { name, fqdn, port } = users.address;
const urls = pulumi.interpolate`http://${name}:${port} http://${fqdn}:${port}`;
new Tier("payment-service", { app, ...webService("service.mjs", { FETCHES: urls }), connectsTo: [users] });

export const { namespace, services, topology } = app;
