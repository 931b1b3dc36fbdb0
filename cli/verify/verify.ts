import { writeFile } from "node:fs/promises";

import { BuildConsent } from "../tools/build-consent.ts";
import { chooseStack } from "../session/resolve-stack.ts";
import type { Command } from "../terminal/command-run.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { vocabularyOf } from "../explain/vocabulary.ts";
import { clusterUid, connect } from "../kubernetes/client.ts";
import { application, exampleProject } from "../session/project.ts";
import { prepareStackFiles, pulumiEnvironment } from "../session/pulumi-environment.ts";
import { openStack } from "../session/open-stack.ts";
import type { TargetOptions } from "../session/target.ts";
import { provideTools } from "../tools/tools.ts";
import { junitReport } from "./junit.ts";
import type { Row } from "./row.ts";
import { readDeclared } from "./subject.ts";
import { describeRows } from "./table.ts";
import { verifyApplication } from "./verify-application.ts";

/** The options of `npm run verify`. */
export interface VerifyOptions extends TargetOptions {
    readonly stack: string;
    /** One of `examples/` instead of the application. */
    readonly example?: string | undefined;
    readonly offline: boolean;
    /** Prints the rows as JSON instead of the table. */
    readonly json: boolean;
    /** The file that gets a JUnit report. */
    readonly junit?: string | undefined;
    /** Whether pods of the stack may be deleted, to see that the others stay. */
    readonly disruptive: boolean;
    /** Whether a cluster that enforces no policies is a failure. */
    readonly requireNetworkPolicy: boolean;
}

/** What `npm run verify` ends with. */
export interface Verified {
    readonly text: string;
    readonly asExpected: boolean;
}

/**
 * Proves from inside the cluster that exactly the declared connections of a stack work.
 *
 * @throws StepFailure or Interrupted
 */
export async function verify(options: VerifyOptions, command: Command): Promise<Verified> {
    const { progress, interruption } = command;
    const verification = await progress.step("Stack", async ({ report, confirm, done }) => {
        const project = options.example === undefined ? application : exampleProject(options.example);
        const chosen = await chooseStack(options.stack, options, project);
        const { offline } = options;
        const consent = new BuildConsent(offline);
        const signal = interruption.requested;
        const tools = await provideTools({ offline, consent, confirm, report, signal });
        await prepareStackFiles(chosen);
        const stack = await openStack(chosen, pulumiEnvironment(chosen, tools), interruption, false);
        const outputs = stack === undefined ? {} : await stack.outputs();
        if (Object.keys(outputs).length === 0) {
            throw new CommandFailure(
                `The stack ${options.stack} of ${project.name} is not deployed.`,
                `Bring it up first: ${project.commands(options.stack).up}`,
            );
        }
        const declared = readDeclared(
            Object.fromEntries(
                Object.entries(outputs).map(([name, { value }]): [string, unknown] => [name, value]),
            ),
        );
        const client = connect(chosen.target.kubeconfig, chosen.target.context);
        await clusterUid(client);
        done(`${project.name}/${options.stack} in the namespace ${declared.namespace} (${client.context})`);
        const sampleApplication = ["server", "worker"].every((tier) =>
            chosen.needs.builtTiers.some((built) => built === tier),
        );
        return {
            client,
            declared,
            sampleApplication,
            words: vocabularyOf(project, options.stack),
            disruptive: options.disruptive,
        };
    });
    const rows = (await verifyApplication(verification, command)).map((row) =>
        options.requireNetworkPolicy ? required(row) : row,
    );
    if (options.junit !== undefined) {
        await writeFile(options.junit, junitReport(rows));
    }
    return {
        text: options.json ? JSON.stringify(rows, undefined, 2) : describeRows(rows),
        asExpected: rows.every(({ verdict }) => verdict === "pass" || verdict === "not enforced"),
    };
}

function required(row: Row): Row {
    return row.verdict === "not enforced"
        ? {
              ...row,
              verdict: "fail",
              why:
                  "This cluster's network does not enforce NetworkPolicies, and --require-network-policy asks for it. " +
                  "Use a cluster whose CNI does: kindnet, Calico, Cilium.",
          }
        : row;
}
