// What `npm test` starts: it needs nothing but Node and the npm registry.
import { join } from "node:path";

import { ensureDependencies, project, requireNode } from "../../cli/dependencies.mjs";

requireNode();
ensureDependencies(project);
ensureDependencies(join(project, "app"));

await import("tsx");
await import("./run.ts");
