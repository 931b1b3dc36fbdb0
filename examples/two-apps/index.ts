import { Tier } from "../../components";
import { exampleApplication } from "../example-application";
import { webService } from "../web-service";

const app = exampleApplication();

const app2 = new Tier("app2", { app, ...webService() });
new Tier("app1", { app, ...webService(), connectsTo: [app2] });

export const { namespace, services, topology } = app;
