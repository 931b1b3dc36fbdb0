// What `npm run test:e2e` starts: it needs nothing but Node and the npm registry, and a Chromium.
import { ensureDependencies, project, requireNode } from "../../cli/dependencies.mjs";

requireNode();
ensureDependencies(project);

await import("tsx");
await import("./run.ts");
