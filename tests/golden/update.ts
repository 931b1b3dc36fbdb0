import { writeFileSync } from "node:fs";
import { goldenFile, goldenStacks, renderedManifests, stackResources } from "./rendered-stack";

/** Writes the golden manifests anew, to be reviewed like code: `npm run golden`. */
async function main(): Promise<void> {
    for (const [stack, stackFile] of goldenStacks()) {
        writeFileSync(goldenFile(stack), renderedManifests(await stackResources(stack, stackFile)));
    }
}

void main();
