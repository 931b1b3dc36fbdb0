// The tests in the order of the parts. Mocha loads TypeScript as CommonJS, an .mjs file as what it is.
import { chosenParts, parts } from "./options.ts";
import { partTimes } from "./suite.ts";

for (const part of parts.filter((name) => chosenParts.includes(name))) {
    await partTimes().load(part, () => import(`./${part}.test.ts`));
}
