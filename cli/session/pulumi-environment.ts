import { prepareManagedBackend } from "./backend.ts";
import type { ResolvedStack } from "./resolve-stack.ts";
import { engineDefaults, mergeEnvironments, type Environment } from "../process/environment.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { ownTemporaryFolder } from "../process/own-temporary-folder.ts";
import { refreshStackFolder, stackFileCopy } from "./stack-folder.ts";
import { stackConfig } from "./stack-file-text.ts";
import { worksWithCopy } from "./settings-source.ts";

/** The whole environment of the Pulumi CLI for one stack: the same for every command, and for a CLI run by hand. */
export function pulumiEnvironment(
    resolved: ResolvedStack,
    toolEnvironment: Environment,
): Record<string, string> {
    const { ref, backend, target } = resolved;
    return mergeEnvironments(engineDefaults, process.env, toolEnvironment, backend.environment, {
        // Where the program finds the stack's context, unless its settings name a file.
        KUBECONFIG: target.kubeconfig,
        PULUMI_STACK: ref.name,
        // The Kubernetes provider leaves a copy of the kubeconfig there each time it starts.
        TMPDIR: ownTemporaryFolder(),
        // Every flag of the CLI can be given as PULUMI_OPTION_…: `--config-file`, for all commands that know it. Without one,
        // the program has the settings that were read here.
        PULUMI_OPTION_CONFIG_FILE: worksWithCopy(resolved) ? stackFileCopy(ref) : undefined,
        PULUMI_OPTION_CONFIG: undefined,
    });
}

/**
 * Makes ready what is kept of a stack outside the checkout. With a backend of the user's own the checkout's stack file is
 * used as it is, and the command line can't say anything else than that file.
 *
 * @throws CommandFailure if the stack has other settings than the command line
 */
export async function prepareStackFiles(resolved: ResolvedStack): Promise<void> {
    const { ref, source, backend, config } = resolved;
    if (backend.managed) {
        await prepareManagedBackend();
    }
    if (worksWithCopy(resolved)) {
        await refreshStackFolder(ref, source.text, config);
        return;
    }
    const written = stackConfig(source);
    const different = Object.entries(config).filter(([key, value]) => written[key] !== value);
    if (different.length > 0) {
        throw new CommandFailure(
            `The state is in ${backend.description}: there the cluster is what the stack's file says.`,
            `Write it there instead of giving it as an option:\n` +
                different.map(([key, value]) => `  ${key}: ${value}`).join("\n"),
        );
    }
}
