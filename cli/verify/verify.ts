import { remedyHints } from "../explain/explain.ts";
import { connectToTarget } from "../session/cluster.ts";
import { openStack } from "../session/open-stack.ts";
import type { StackRef } from "../session/project.ts";
import { notDeployed, openSession, type SessionOptions } from "../session/session.ts";
import type { Command } from "../terminal/run-command.ts";
import type { Row } from "./row.ts";
import { podSecurityLevel, readDeclared } from "./subject.ts";
import { describeRows } from "./table.ts";
import { verifyApplication } from "./verify-application.ts";

/** The options of `npm run verify`. */
export interface VerifyOptions extends SessionOptions {
    /** Prints the rows as JSON instead of the table. */
    readonly json: boolean;
    /** Makes a cluster that enforces no policies a failure. */
    readonly requireNetworkPolicy: boolean;
}

/** The result of `npm run verify`. */
export interface Verified {
    readonly text: string;
    readonly asExpected: boolean;
}

/**
 * Proves from inside the cluster that exactly the declared connections of a stack work.
 *
 * @throws StepFailure or Interrupted
 */
export async function verify(ref: StackRef, options: VerifyOptions, command: Command): Promise<Verified> {
    const { interruption } = command;
    const session = await openSession(
        ref,
        options,
        {
            existing: "stack",
            providers: false,
            cluster: connectToTarget,
            lock: false,
            state: async (prepared, { client }, { done }) => {
                const stack = await openStack(prepared, interruption, false);
                if (stack === undefined || Object.keys(stack.found.outputs).length === 0) {
                    throw notDeployed(ref);
                }
                const declared = readDeclared(stack.found.outputs);
                const level = await podSecurityLevel(client, declared.namespace);
                done(
                    `${ref.title} in the namespace ${declared.namespace} (${client.context}); Pod Security: ${level}`,
                );
                return declared;
            },
        },
        command,
    );
    const verification = {
        client: session.cluster.client,
        declared: session.state,
        sampleApplication: ["server", "worker"].every((tier) =>
            session.needs.builtTiers.some((built) => built === tier),
        ),
        hints: remedyHints(ref),
    };
    const rows = (await verifyApplication(verification, command)).map((row) =>
        options.requireNetworkPolicy ? required(row) : row,
    );
    return {
        text: options.json ? JSON.stringify(rows, undefined, 2) : describeRows(rows),
        asExpected: rows.every(({ verdict }) => ["pass", "not enforced", "not tried"].includes(verdict)),
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
