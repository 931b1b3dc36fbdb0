// What `npm run up`, `down` and `pulumi` start: it needs nothing but Node, installs the project's packages when they
// are missing or older than the lockfile, and hands over to cli.ts.
import { ensureDependencies, project, requireNode } from "./dependencies.mjs";

requireNode();
ensureDependencies(project);
await import("tsx");
await import("./cli.ts");
