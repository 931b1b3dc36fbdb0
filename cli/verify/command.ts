import type { Command as Program } from "commander";

import { confirmOnStandardError } from "../terminal/prompt.ts";
import { describeFailure, Interrupted, StepFailure } from "../terminal/failure.ts";
import { listenForInterruption } from "../terminal/interruption.ts";
import { openLog, type Log } from "../terminal/log-file.ts";
import { showProgress, type Progress } from "../terminal/steps.ts";
import { defaultStack, stackOption } from "../session/project.ts";
import type { VerifyOptions } from "./verify.ts";

/** Adds `npm run verify` to the commands. */
export function addVerifyCommand(program: Program): void {
    program
        .command("verify")
        .description(
            "Prove from inside the cluster that exactly the declared connections work, and print the table.",
        )
        .usage("-- [options]")
        .option("--stack <name>", stackOption, defaultStack)
        .option("--example <name>", "verify one of the examples instead of the application")
        .option("--context <name>", "the context that the stack is deployed to, unless up knows it")
        .option("--kubeconfig <file>", "the kubeconfig with that context")
        .option("--offline", "don't try download sites", false)
        .option("--json", "print the rows as JSON, and nothing else to standard output", false)
        .option("--junit <file>", "write a JUnit report, too")
        .option(
            "--require-network-policy",
            "fail where the cluster's network does not enforce NetworkPolicies",
            false,
        )
        .option(
            "--disruptive",
            "also delete a pod of each tier without state, and see that the other tiers' pods stay",
            false,
        )
        .addHelpText(
            "after",
            "\nIt makes four small pods, two in the stack's namespace and two in one of its own, and removes them.\n" +
                "They end by themselves after some minutes if it is killed. Nothing of the stack is changed, but for --disruptive.\n" +
                "Exit code: 0 if every row is as expected, else 1.",
        )
        .action(async (options: VerifyOptions) => {
            await runVerify(options);
        });
}

async function runVerify(options: VerifyOptions): Promise<void> {
    const log = openLog("verify");
    const interruption = listenForInterruption(() => {
        process.stderr.write("\nStopping: the probe pods are removed first.\n");
    });
    const progress = options.json
        ? linesToStandardError(log)
        : showProgress({ log, interruption, yes: true });
    try {
        const { verify } = await import("./verify.ts");
        const { text, asExpected } = await verify(options, { log, interruption, progress });
        log.write(text);
        process.stdout.write(options.json ? `${text}\n` : `\n${text}\n`);
        process.exitCode = asExpected ? 0 : 1;
    } catch (error) {
        const stopped = error instanceof Interrupted;
        process.stderr.write(stopped ? "Stopped.\n" : `\n${describeFailure(error, log.file)}\n`);
        process.exitCode = stopped ? (interruption.exitCode() ?? 130) : 1;
    } finally {
        interruption.stopListening();
    }
}

/** Leaves standard output to the result. */
function linesToStandardError(log: Log): Progress {
    return {
        step: async (title, run) => {
            const report = (line: string): void => {
                log.write(line);
                process.stderr.write(`${line}\n`);
            };
            report(title);
            try {
                return await run({
                    report,
                    status: log.write,
                    confirm: confirmOnStandardError(),
                    done: (result) => {
                        report(`${title}: ${result}`);
                    },
                });
            } catch (error) {
                throw error instanceof Interrupted ? error : new StepFailure(title, error);
            }
        },
    };
}
