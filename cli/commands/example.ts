import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Command } from "../terminal/command-run.ts";
import { down } from "./down.ts";
import { kubectlFunction, labText } from "./lab-text.ts";
import { exampleProject } from "../session/project.ts";
import { describeResult } from "./up-summary.ts";
import { usersKubeconfig } from "../session/target.ts";
import { bringUp, type UpOptions } from "./up.ts";

/** The options of `npm run example`. */
export interface ExampleOptions extends UpOptions {
    readonly down: boolean;
}

/**
 * Brings up one of the smaller systems, or removes it.
 *
 * @param name its folder in `examples/`, undefined if the person has named none
 * @returns the text to end with: the DNS names, and the commands of its lab
 * @throws CommandFailure if there is no such example, StepFailure or Interrupted
 */
export async function example(
    name: string | undefined,
    options: ExampleOptions,
    command: Command,
): Promise<string> {
    const project = exampleProject(name);
    if (options.down) {
        return await down({ ...options, cluster: false }, command, project);
    }
    // The commands change this process' own.
    const path = process.env["PATH"];
    const { target, namespace, tools, outputs } = await bringUp(project, options, command);
    const kubeconfig = target.kubeconfig === usersKubeconfig() ? undefined : target.kubeconfig;
    const { context } = target;
    const preparation = kubectlFunction({ kubectl: tools.kubectl, kubeconfig, context, namespace }, path);
    const readme = await readFile(join(project.folder, "README.md"), "utf8");
    return `${describeResult(outputs, project.commands(options.stack))}\n\nThe lab:\n\n${labText(readme, preparation)}`;
}
