// The tests in the order in which they share one cluster: what only looks comes before what changes, and what changes
// before what destroys. Mocha loads TypeScript as CommonJS, an .mjs file as what it is.
import { chosenParts } from "./options.ts";

const parts = [
    "mistakes",
    "first-up",
    "page",
    "security",
    "rollout",
    "durability",
    "verify",
    "independence",
    "preview",
    "two-stacks",
    "examples",
    "foreign-namespace",
    "data-loss",
    "removal",
    "recovery",
    "untouched",
];
const unknown = chosenParts.filter((part) => !parts.includes(part));
if (unknown.length > 0) {
    throw new Error(`There is no ${unknown.join(", no ")}. Choose among: ${parts.join(", ")}.`);
}
// Nothing can be seen of an application that isn't there.
const wanted = chosenParts.length === 0 ? parts : ["first-up", ...chosenParts];

for (const part of parts.filter((name) => wanted.includes(name))) {
    await import(`./${part}.test.ts`);
}
