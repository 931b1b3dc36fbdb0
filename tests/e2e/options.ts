import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        cluster: { type: "string", default: "multitier-e2e" },
        port: { type: "string", default: "18080" },
    },
});

/** The suite's own kind cluster. Another name and port let two suites run beside each other. */
export const cluster = {
    name: values.cluster,
    context: `kind-${values.cluster}`,
    port: Number(values.port),
} as const;

/** The parts that shall run, by the names of their files: all if none is named. */
export const chosenParts: readonly string[] = positionals;
