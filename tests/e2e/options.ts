import { Argument, Command, InvalidArgumentError, Option } from "commander";

import { parseArguments } from "../../cli/terminal/npm-options.ts";
import { machineNames, type MachineName } from "../machines/machine.ts";

/**
 * The machines, each with its tests in the order in which they share one cluster: what only looks comes before what
 * changes, and what changes before what destroys.
 */
const partsOf = {
    registries: [
        "mistakes",
        "first-up",
        "page",
        "security",
        "look-ups",
        "rollout",
        "durability",
        "verify",
        "independence",
        "drift",
        "network-policies",
        "preview",
        "two-stacks",
        "examples",
        "recorded-state",
        "existing-namespace",
        "foreign-namespace",
        "data-loss",
        "removal",
        "recovery",
        "untouched",
    ],
    docker: ["pulled-images", "downloads", "three-nodes"],
    "docker-classic": ["foreign-cluster"],
} as const satisfies Readonly<Record<MachineName, readonly string[]>>;

/**
 * Parts that run only where they are named: four drains of a cluster of three nodes on two cores take too long for each
 * change (docs/clusters.md has the figures).
 */
const onDemand: readonly string[] = ["three-nodes"];

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
    .addArgument(
        new Argument("[parts...]", "just these, after the first up. Default: all but three-nodes").choices(
            Object.values(partsOf).flat(),
        ),
    )
    .addOption(
        new Option("--machine <name>", "what the commands find on this machine")
            .choices(machineNames)
            .default("registries"),
    )
    .option(
        "--cluster <name>",
        "another cluster, beside a suite that runs already",
        clusterNameOf,
        "multitier-e2e",
    )
    .option("--port <number>", "where its Ingress answers on this machine", portOf, 18080);
await parseArguments(program, "test:e2e", process.argv.slice(2));
const {
    cluster: name,
    port,
    machine: chosenMachine,
} = program.opts<{ cluster: string; port: number; machine: MachineName }>();

/** The suite's own kind cluster. Another name and port let two suites run beside each other. */
export const cluster = { name, context: `kind-${name}`, port } as const;

/** The name of the machine. */
export const machineName = chosenMachine;

/** The parts that there are on the machine, in their order. */
export const parts: readonly string[] = partsOf[machineName];

/** The parts that run, by the names of their files. Nothing can be seen of an application that isn't there. */
export const chosenParts: readonly string[] =
    program.args.length === 0
        ? parts.filter((part) => !onDemand.includes(part))
        : [...parts.filter((part) => part === "first-up"), ...program.args];
const elsewhere = chosenParts.filter((part) => !parts.includes(part));
if (elsewhere.length > 0) {
    program.error(
        `✖ ${elsewhere.join(", ")}: not on the machine ${machineName}, which has ${parts.join(", ")}.`,
    );
}
