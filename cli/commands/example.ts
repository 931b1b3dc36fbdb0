import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { StackRef } from "../session/project.ts";
import { usersKubeconfig } from "../session/target.ts";
import type { Command } from "../terminal/run-command.ts";
import { down } from "./down.ts";
import { kubectlFunction, labText } from "./lab-text.ts";
import { bringUp, type UpOptions } from "./up.ts";
import { describeResult } from "./up-summary.ts";

/** The options of `npm run example`. */
export interface ExampleOptions extends UpOptions {
    readonly down: boolean;
}

/**
 * Brings up one of the smaller systems, or removes it.
 *
 * @returns the text to end with: the DNS names, and the commands of its lab
 * @throws StepFailure or Interrupted
 */
export async function example(ref: StackRef, options: ExampleOptions, command: Command): Promise<string> {
    if (options.down) {
        return await down(ref, { ...options, cluster: false }, command);
    }
    const { target, needs, supply, outputs } = await bringUp(ref, options, command);
    const kubectl = await command.progress.step("kubectl", async ({ report, confirm, done }) => {
        const signal = command.interruption.requested;
        const file = await supply.tool("kubectl", { report, confirm, signal });
        done("for the lab");
        return file;
    });
    const kubeconfig = target.kubeconfig === usersKubeconfig() ? undefined : target.kubeconfig;
    const { context } = target;
    const preparation = kubectlFunction({ kubectl, kubeconfig, context, namespace: needs.namespace });
    const readme = await readFile(join(ref.project.folder, "README.md"), "utf8");
    return `${describeResult(outputs, ref.commands)}\n\nThe lab:\n\n${labText(readme, preparation)}`;
}
