// What `npm run workflow` starts: it needs nothing but Node and the npm registry.
import { ensureDependencies, project, requireNode } from "../dependencies.mjs";

requireNode();
ensureDependencies(project);
await import("tsx");
await import("./cli.ts");
