// The tests in the order of the parts. Mocha loads TypeScript as CommonJS, an .mjs file as what it is.
import { chosenParts, parts } from "./options.ts";
import { partTimes } from "./suite.ts";

// Nothing can be seen of an application that isn't there. Other machines' parts begin with an up of their own.
const wanted = chosenParts.length === 0 ? parts : ["first-up", ...chosenParts];

for (const part of parts.filter((name) => wanted.includes(name))) {
    await partTimes().load(part, () => import(`./${part}.test.ts`));
}
