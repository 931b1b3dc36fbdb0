import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// All unit tests in one process: starting one for each file takes longer than all the tests.
const folder = join(import.meta.dirname, "unit");
for (const file of readdirSync(folder).sort()) {
    await import(pathToFileURL(join(folder, file)).href);
}
