import { serviceDirectory, Tier, topologyOf } from "../../components";
import { exampleApplication } from "../example-application";
import { webService } from "../web-service";

const { inApp, ...example } = exampleApplication();
const common = { ...example.common, ...webService() };

const app2 = new Tier("app2", common, inApp);
const app1 = new Tier("app1", { ...common, connectsTo: [app2] }, inApp);
const tiers = [app1, app2];

export const namespace = example.namespace;
export const services = serviceDirectory(tiers);
export const topology = topologyOf(tiers);
