import { writeFileSync } from "node:fs";
import { cases, commentFile, commentOn } from "./comments";
import { exampleNames } from "../../cli/session/project.ts";
import {
    goldenExampleFile,
    goldenFile,
    goldenStacks,
    renderedExample,
    renderedManifests,
    stackResources,
} from "./rendered-stack";

/** Writes the golden manifests and comments again, to be reviewed like code: `npm run golden`. */
async function main(): Promise<void> {
    for (const [stack, stackFile] of goldenStacks()) {
        writeFileSync(goldenFile(stack), renderedManifests(await stackResources(stack, stackFile)));
    }
    for (const [name, which] of Object.entries(cases)) {
        writeFileSync(commentFile(name), await commentOn(which));
    }
    for (const example of exampleNames()) {
        writeFileSync(goldenExampleFile(example), renderedManifests((await renderedExample(example)).resources));
    }
}

void main();
