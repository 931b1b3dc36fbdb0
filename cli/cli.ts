import { Command as Program, Option } from "commander";

import type { ExampleOptions } from "./commands/example.ts";
import type { DownOptions } from "./commands/down.ts";
import type { UpOptions } from "./commands/up.ts";
import { absolutePath } from "./process/folders.ts";
import { application, defaultStack, exampleProject, stackOption, stackRef } from "./session/project.ts";
import type { SessionOptions } from "./session/session.ts";
import { parseArguments } from "./terminal/npm-options.ts";
import { askToRemove, atTerminal } from "./terminal/prompt.ts";
import { runCommand, type Command } from "./terminal/run-command.ts";
import type { VerifyOptions } from "./verify/verify.ts";

interface StackFlags extends SessionOptions {
    readonly stack: string;
    readonly yes: boolean;
}

interface PreviewFlags extends StackFlags {
    readonly against?: string;
    readonly markdown?: string | true;
    readonly json?: string | true;
    readonly savePlan?: string;
    readonly allowDataLoss: boolean;
}

interface VerifyFlags extends StackFlags, Pick<VerifyOptions, "requireNetworkPolicy"> {
    readonly json: boolean;
    /** One of `examples/` instead of the application. */
    readonly example?: string;
}

/** Runs a command that changes a stack, and ends with the text that it returns. */
async function runUpdate(
    name: "up" | "down" | "cluster" | "example",
    { yes }: StackFlags,
    body: (command: Command) => Promise<string>,
): Promise<void> {
    const again = name === "example" || name === "cluster" ? `npm run ${name}` : "npm run up";
    const stopping = [
        "\nStopping: what is in flight is finished first, so that the state stays whole. " +
            "Ctrl-C once more gives that up.",
        `\nGiven up: objects may be left that the state doesn't know. The next ${again} or down deals with them.`,
    ] as const;
    await runCommand({ name, show: "steps", yes, stopping, again }, async (command) => ({
        text: await body(command),
    }));
}

/** Reads an option's file, which is named from where the person stands. */
function namedFile(path: string): string {
    return absolutePath(path);
}

/** Adds a command with the options that all commands on a stack have. */
function stackCommand(name: string, description: string): Program {
    return program
        .command(name)
        .description(description)
        .usage("-- [options]")
        .option("--stack <name>", stackOption, defaultStack)
        .option("--context <name>", "use this context of your kubeconfig instead of making a kind cluster")
        .option(
            "--kubeconfig <file>",
            "the kubeconfig with that context (default: KUBECONFIG, ~/.kube/config)",
            namedFile,
        )
        .addOption(
            new Option("--offline", "don't try download sites: build what is missing from package registries")
                .default(false)
                // npm has an option of this name itself, and keeps it where no -- stands before it.
                .env("npm_config_offline"),
        )
        .option(
            "-y, --yes",
            "answer every question with yes, but that of up whether data may be lost",
            false,
        );
}

const program = new Program("npm run");

const allowDataLossOption =
    "go on though volumes, or a namespace with volumes in it, would be deleted or replaced";

stackCommand(
    "up",
    "Bring up the application: tools, a kind cluster, images and the stack. Run again: no changes.",
)
    .option("--refresh", "compare the state with the cluster first", false)
    .option("--allow-data-loss", allowDataLossOption, false)
    .option(
        "--plan <file>",
        "do just what npm run preview -- --save-plan has kept there, or nothing",
        namedFile,
    )
    .action(async (flags: StackFlags & UpOptions) => {
        await runUpdate("up", flags, async (command) => {
            const { up } = await import("./commands/up.ts");
            return await up(stackRef(application, flags.stack), flags, command);
        });
    });

stackCommand(
    "cluster",
    "Do all that npm run up does but the stack, which pulumi up can bring up then.",
).action(async (flags: StackFlags) => {
    await runUpdate("cluster", flags, async (command) => {
        const { cluster } = await import("./commands/cluster.ts");
        return await cluster(stackRef(application, flags.stack), flags, command);
    });
});

stackCommand("down", "Remove the stack with its data, and with --cluster the kind cluster too.")
    .option("--cluster", "delete the kind cluster that npm run up made, too", false)
    .action(async (flags: StackFlags & DownOptions) => {
        if (!flags.yes && atTerminal() && !(await askToRemove(flags))) {
            process.stdout.write("Nothing was removed.\n");
            process.exitCode = 1;
            return;
        }
        await runUpdate("down", flags, async (command) => {
            const { down } = await import("./commands/down.ts");
            return await down(stackRef(application, flags.stack), flags, command);
        });
    });

stackCommand("preview", "Show what would change, tier by tier, and whether data is at risk (exit code 2).")
    .option(
        "--against <revision>",
        "compare this checkout with a git revision, without a cluster (default stacks: all)",
    )
    .option("--markdown [file]", "write it as a comment for a pull request", namedFile)
    .option("--json [file]", "write it for programs", namedFile)
    .option("--allow-data-loss", "exit with 0 though data is at risk", false)
    .addOption(
        new Option("--save-plan <file>", "keep what it would do, for npm run up -- --plan")
            .argParser(namedFile)
            .conflicts("against"),
    )
    .action(async ({ against, ...flags }: PreviewFlags, options: Program) => {
        await runCommand({ name: "preview", show: "nothing" }, async (command) => {
            const { runPreview, runPreviewAgainst } = await import("./preview/preview.ts");
            if (against !== undefined) {
                const named = options.getOptionValueSource("stack") === "default" ? undefined : flags.stack;
                return await runPreviewAgainst(against, named, flags);
            }
            return await runPreview(stackRef(application, flags.stack), flags, command);
        });
    });

stackCommand("verify", "Prove from inside the cluster that exactly the declared connections work.")
    .option("--example <name>", "verify one of the examples instead of the application")
    .option("--json", "print the rows as JSON, and nothing else to standard output", false)
    .option(
        "--require-network-policy",
        "fail where the cluster's network does not enforce NetworkPolicies",
        false,
    )
    .addHelpText(
        "after",
        "\nIt creates four small pods, two in the stack's namespace and two in one of its own, and removes them.\n" +
            "Who may not make a namespace has three in the stack's; what needs another namespace is not tried then.\n" +
            "They end by themselves after some minutes if it is killed. Nothing of the stack is changed.\n" +
            "Exit code: 0 if every row is as expected, else 1.",
    )
    .action(async (flags: VerifyFlags) => {
        const stopping = ["\nStopping: the probe pods are removed first."] as const;
        const show = flags.json ? "lines" : "steps";
        await runCommand({ name: "verify", show, yes: true, stopping }, async (command) => {
            const project = flags.example === undefined ? application : exampleProject(flags.example);
            const { verify } = await import("./verify/verify.ts");
            const { text, asExpected } = await verify(stackRef(project, flags.stack), flags, command);
            return { text, exitCode: asExpected ? 0 : 1 };
        });
    });

stackCommand(
    "example",
    "Bring up one of the smaller systems of examples/, and print the commands of its lab.",
)
    .usage("-- <name> [options]")
    .argument("[name]", "its folder in examples/")
    .option("--down", "remove it, with its data", false)
    .option("--refresh", "compare the state with the cluster first", false)
    .option("--allow-data-loss", allowDataLossOption, false)
    .action(async (name: string | undefined, flags: StackFlags & ExampleOptions) => {
        await runUpdate("example", flags, async (command) => {
            const ref = stackRef(exampleProject(name), flags.stack);
            const { example } = await import("./commands/example.ts");
            return await example(ref, flags, command);
        });
    });

program
    .command("pulumi")
    .description("The plain Pulumi CLI on the same stack: npm run pulumi -- preview")
    .usage("-- <arguments of pulumi>")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[arguments...]")
    .action(async (args: string[]) => {
        await runCommand({ name: "pulumi", show: "nothing" }, async (command) => {
            const { pulumi } = await import("./commands/pulumi.ts");
            return { exitCode: await pulumi(args, command) };
        });
    });

const words = process.argv.slice(2);
await parseArguments(program, words[0] ?? "", words);
