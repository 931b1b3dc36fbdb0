// Lets Node import the project's TypeScript, for the commands, which are ES modules; settings, components and rendering stay
// the CommonJS that the program takes them as. It takes a third of the time that tsx does.
import { createRequire, register } from "node:module";

createRequire(import.meta.url)("./transpile.js");
register("./hooks.mjs", import.meta.url);
