import { provideCluster } from "../session/cluster.ts";
import { loadIntoNamedCluster } from "../session/named-cluster.ts";
import { awaitOwnCluster } from "../session/own-cluster.ts";
import type { StackRef } from "../session/project.ts";
import { nothing, openSession, type SessionOptions } from "../session/session.ts";
import { stackConfig } from "../session/stack-file-text.ts";
import type { Command } from "../terminal/run-command.ts";

const realParts = { openSession, provideCluster, awaitOwnCluster };

/**
 * Provides everything that `npm run up` does but the stack: the project's own kind cluster with its ingress controller
 * and images. A cluster that the person named is only checked, and gets the images if it is a kind cluster of this
 * machine's container engine.
 *
 * @returns the text to end with: the commands that bring up the stack
 * @throws StepFailure or Interrupted
 */
export async function cluster(
    ref: StackRef,
    options: SessionOptions,
    command: Command,
    parts: Readonly<typeof realParts> = realParts,
): Promise<string> {
    const session = await parts.openSession(
        ref,
        options,
        {
            providers: true,
            cluster: (prepared) => parts.provideCluster(prepared, command, loadIntoNamedCluster),
            lock: false,
            state: nothing,
        },
        command,
    );
    const { progress, interruption } = command;
    await progress.step("Readiness", (step) =>
        parts.awaitOwnCluster(session, session.cluster.client, step, interruption.requested),
    );
    const { target, config, source } = session;
    const { name, project, commands } = ref;
    const up = target.own ? commands.up : `npm run up -- --stack ${name} --context ${target.context}`;
    const written = stackConfig(source);
    // It has a plain Pulumi notice when the context leads to another cluster.
    const said = target.own
        ? config
        : { ...config, [`${project.configNamespace}:clusterUid`]: session.cluster.uid };
    const unsaid = Object.entries(said).filter(([key, value]) => written[key] !== value);
    return [
        `The cluster of ${target.context} is ready for ${ref.title}. To bring it up:`,
        `  ${up}`,
        "Or with a Pulumi of your own, in the backend that you are logged in to:",
        ...unsaid.map(([key, value]) => `  pulumi config set ${key} ${value} --stack ${name}`),
        `  KUBECONFIG=${target.kubeconfig} pulumi up --cwd ${project.folder} --stack ${name}`,
    ].join("\n");
}
