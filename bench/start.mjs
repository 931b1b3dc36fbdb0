// What `npm run bench` starts: it installs the project's packages where they are missing, and hands over to bench.ts.
import { ensureDependencies, project, requireNode } from "../cli/dependencies.mjs";

requireNode();
ensureDependencies(project);
await import("tsx");
await import("./bench.ts");
