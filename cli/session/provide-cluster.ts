import { ensureCluster } from "../kind/kind.ts";
import type { OwnCluster } from "../kind/kind-context.ts";
import { buildApplicationImages, loadImages } from "../kind/load-images.ts";
import { ensureIngressController } from "../kind/traefik.ts";
import type { Command } from "../terminal/run-command.ts";
import { checkImages } from "./named-cluster.ts";
import { connectToTarget, type LiveCluster } from "./live-cluster.ts";
import type { PreparedStack } from "./session.ts";

/**
 * Provides the cluster of a stack and checks that the stack's settings fit it. The project's own is made, with the images
 * and the ingress controller in it. In a cluster that the person named nothing is installed or loaded: the checks say
 * what it lacks.
 *
 * @param ofOthers the treatment of a cluster that the person named
 * @throws StepFailure or Interrupted
 */
export async function provideCluster(
    prepared: PreparedStack,
    command: Command,
    ofOthers: typeof checkImages = checkImages,
): Promise<LiveCluster> {
    const { ref, target, needs } = prepared;
    await (target.own === undefined
        ? ofOthers(prepared, command)
        : provideOwnCluster(target.own, prepared, command));
    return await command.progress.step("Checks", async ({ done }) => {
        const cluster = await connectToTarget(prepared);
        await needs.check(cluster.client, cluster.labels);
        done(`the settings of ${ref.title} fit the cluster (${cluster.client.context})`);
        return cluster;
    });
}

async function provideOwnCluster(
    own: OwnCluster,
    { needs, supply }: PreparedStack,
    { progress, interruption }: Command,
): Promise<void> {
    const signal = interruption.requested;
    const engine = await progress.step("Container engine", async ({ report, confirm, done }) => {
        const engine = await supply.engine({ confirm, report, signal });
        done(engine.command);
        return engine;
    });
    const { tools, ours } = await progress.step("Cluster", async ({ report, confirm, done }) => {
        const context = { report, confirm, signal };
        const tools = { kind: await supply.tool("kind", context) };
        const { hostPort } = needs;
        const { name, kubeconfig } = own;
        const { created, ours } = await ensureCluster({
            ...{ name, tools, engine, supply },
            ...{ ...context, kubeconfig, hostPort },
        });
        done(`${own.context}, ${created ? "made" : "which is there"}`);
        return { tools, ours };
    });
    const options = { name: own.name, tools, engine, supply, signal };
    await progress.step("Images", async ({ report, confirm, done }) => {
        const dialogue = { report, confirm };
        const built = await buildApplicationImages({ ...options, ...dialogue, tiers: needs.builtTiers });
        const images = [...built, ...needs.images];
        await loadImages({ ...options, ...dialogue, images });
        done(`${images.length} in the cluster`);
    });
    if (ours) {
        await progress.step("Ingress controller", async ({ report, confirm, done }) => {
            const { kubeconfig } = own;
            await ensureIngressController({ ...options, report, confirm, kubeconfig });
            done("Traefik");
        });
    }
}
