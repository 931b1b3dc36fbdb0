import { Argument, Command, InvalidArgumentError } from "commander";

import { parseArguments } from "../../cli/terminal/npm-options.ts";

/**
 * The tests in the order in which they share one cluster: what only looks comes before what changes, and what changes
 * before what destroys.
 */
export const parts = [
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
    "recorded-state",
    "foreign-namespace",
    "data-loss",
    "removal",
    "recovery",
    "untouched",
] as const;

function portOf(text: string): number {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw new InvalidArgumentError("A port is a whole number from 1 to 65535.");
    }
    return port;
}

function clusterNameOf(text: string): string {
    if (!/^multitier-[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(text)) {
        throw new InvalidArgumentError("The suite's own clusters are called multitier-<suffix>.");
    }
    return text;
}

const program = new Command("npm run test:e2e")
    .usage("-- [parts] [options]")
    .description("Runs the real commands on a kind cluster of the suite's own, which it removes at the end.")
    .addArgument(new Argument("[parts...]", "just these, after the first up").choices(parts))
    .option(
        "--cluster <name>",
        "another cluster, beside a suite that runs already",
        clusterNameOf,
        "multitier-e2e",
    )
    .option("--port <number>", "where its Ingress answers on this machine", portOf, 18080);
await parseArguments(program, "test:e2e", process.argv.slice(2));
const { cluster: name, port } = program.opts<{ cluster: string; port: number }>();

/** The suite's own kind cluster. Another name and port let two suites run beside each other. */
export const cluster = { name, context: `kind-${name}`, port } as const;

/** The parts that run, by the names of their files: all if none is named. */
export const chosenParts: readonly string[] = program.args;
