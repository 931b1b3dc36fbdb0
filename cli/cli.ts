import { resolve } from "node:path";
import { Command as Program, Option } from "commander";

import type { Command } from "./terminal/command-run.ts";
import { describeBriefly, describeFailure, Interrupted } from "./terminal/failure.ts";
import { listenForInterruption } from "./terminal/interruption.ts";
import { openLog } from "./terminal/log-file.ts";
import { showProgress } from "./terminal/steps.ts";
import { askToRemove, atTerminal } from "./terminal/prompt.ts";
import type { TargetOptions } from "./session/target.ts";
import { optionsTakenByNpm } from "./terminal/npm-options.ts";
import { defaultStack, stackOption } from "./session/project.ts";
import { addVerifyCommand } from "./verify/command.ts";

interface CommonOptions extends TargetOptions {
    readonly stack: string;
    readonly offline: boolean;
    readonly yes: boolean;
}

interface UpFlags extends CommonOptions {
    readonly refresh: boolean;
    readonly allowDataLoss: boolean;
    readonly plan?: string;
}

interface DownFlags extends CommonOptions {
    readonly cluster: boolean;
}

interface ExampleFlags extends UpFlags {
    readonly down: boolean;
}

interface PreviewFlags extends CommonOptions {
    readonly against?: string;
    readonly markdown?: string | true;
    readonly json?: string | true;
    readonly savePlan?: string;
    readonly allowDataLoss: boolean;
}

/** Runs a command with its log and its signals, and ends the process with the exit code that fits. */
async function runCommand(
    name: "up" | "down" | "example",
    yes: boolean,
    run: (command: Command) => Promise<string>,
): Promise<void> {
    const log = openLog(name);
    const again = name === "example" ? "npm run example" : "npm run up";
    const say = (text: string): void => {
        log.write(text);
        process.stderr.write(`${text}\n`);
    };
    const interruption = listenForInterruption((count) => {
        say(
            count === 1
                ? "\nStopping: what is in flight is finished first, so that the state stays whole. " +
                      "Ctrl-C once more gives that up."
                : `\nGiven up: objects may be left that the state doesn't know. The next ${again} or down deals with them.`,
        );
    });
    try {
        const text = await run({ log, interruption, progress: showProgress({ log, interruption, yes }) });
        log.write(text);
        process.stdout.write(`\n${text}\n`);
    } catch (error) {
        if (error instanceof Interrupted) {
            say(`Stopped. The next ${again} goes on from here. The full log: ${log.file}`);
            process.exitCode = interruption.exitCode() ?? 130;
        } else {
            process.stderr.write(`\n${describeFailure(error, log.file)}\n`);
            process.exitCode = 1;
        }
    } finally {
        interruption.stopListening();
    }
}

function withCommonOptions(program: Program): Program {
    return program
        .option("--stack <name>", stackOption, defaultStack)
        .option("--context <name>", "use this context of your kubeconfig instead of making a kind cluster")
        .option(
            "--kubeconfig <file>",
            "the kubeconfig with that context (default: KUBECONFIG, ~/.kube/config)",
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

const allowDataLossOption =
    "go on though volumes, or a namespace with volumes in it, would be deleted or replaced";

const program = new Program("npm run");

withCommonOptions(program.command("up"))
    .description(
        "Bring up the application: tools, a kind cluster, images and the stack. Run again: no changes.",
    )
    .usage("-- [options]")
    .option("--refresh", "compare the state with the cluster first", false)
    .option("--allow-data-loss", allowDataLossOption, false)
    .option("--plan <file>", "do just what npm run preview -- --save-plan has kept there, or nothing")
    .action(async (flags: UpFlags) => {
        const { up } = await import("./commands/up.ts");
        const plan = flags.plan === undefined ? undefined : resolve(flags.plan);
        await runCommand("up", flags.yes, (command) => up({ ...flags, plan }, command));
    });

withCommonOptions(program.command("down"))
    .description("Remove the stack with its data, and with --cluster the kind cluster too.")
    .usage("-- [options]")
    .option("--cluster", "delete the kind cluster that npm run up made, too", false)
    .action(async (flags: DownFlags) => {
        if (!flags.yes && atTerminal() && !(await askToRemove(flags))) {
            process.stdout.write("Nothing was removed.\n");
            process.exitCode = 1;
            return;
        }
        const { down } = await import("./commands/down.ts");
        await runCommand("down", flags.yes, (command) => down(flags, command));
    });

withCommonOptions(program.command("preview"))
    .description("Show what would change, tier by tier, and whether data is at risk (exit code 2).")
    .usage("-- [options]")
    .option(
        "--against <revision>",
        "compare this checkout with a git revision, without a cluster (default stacks: all)",
    )
    .option("--markdown [file]", "write it as a comment for a pull request")
    .option("--json [file]", "write it for programs")
    .option("--allow-data-loss", "exit with 0 though data is at risk", false)
    .addOption(
        new Option("--save-plan <file>", "keep what it would do, for npm run up -- --plan").conflicts(
            "against",
        ),
    )
    .action(async ({ against, ...flags }: PreviewFlags, command: Program) => {
        const { runPreview, runPreviewAgainst } = await import("./preview/preview.ts");
        if (against === undefined) {
            const savePlan = flags.savePlan === undefined ? undefined : resolve(flags.savePlan);
            process.exitCode = await runPreview({ ...flags, savePlan });
        } else {
            const stack = command.getOptionValueSource("stack") === "default" ? undefined : flags.stack;
            process.exitCode = await runPreviewAgainst({ ...flags, against, stack });
        }
    });

withCommonOptions(program.command("example"))
    .description("Bring up one of the smaller systems of examples/, and print the commands of its lab.")
    .usage("-- <name> [options]")
    .argument("[name]", "its folder in examples/")
    .option("--down", "remove it, with its data", false)
    .option("--refresh", "compare the state with the cluster first", false)
    .option("--allow-data-loss", allowDataLossOption, false)
    .action(async (name: string | undefined, flags: ExampleFlags) => {
        const { example } = await import("./commands/example.ts");
        await runCommand("example", flags.yes, (command) => example(name, flags, command));
    });

program
    .command("pulumi")
    .description("The plain Pulumi CLI on the same stack: npm run pulumi -- preview")
    .usage("-- <arguments of pulumi>")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[arguments...]")
    .action(async (args: string[]) => {
        const { pulumi } = await import("./commands/pulumi.ts");
        try {
            process.exitCode = await pulumi(args);
        } catch (error) {
            process.stderr.write(`${describeBriefly(error)}\n`);
            process.exitCode = 1;
        }
    });

addVerifyCommand(program);

const [, , name = "", ...words] = process.argv;
const taken = optionsTakenByNpm(
    (program.commands.find((command) => command.name() === name)?.options ?? []).flatMap(
        ({ long }) => long ?? [],
    ),
    process.env,
);
if (taken.length > 0) {
    program.error(
        `✖ npm has kept ${taken.join(" and ")} for itself: what is for the command stands behind a --.\n` +
            `  As in: npm run ${[name, "--", ...taken, ...words].join(" ")}`,
    );
}
await program.parseAsync();
