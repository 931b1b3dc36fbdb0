import { provideEngine } from "../container-engine/engine.ts";
import { ensureIngressController } from "../kind/ingress-controller.ts";
import { ensureCluster } from "../kind/kind.ts";
import type { OwnCluster } from "../kind/kind-context.ts";
import { buildApplicationImages, loadImages } from "../kind/load-images.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import { connectToTarget, type LiveCluster } from "./live-cluster.ts";
import type { PreparedStack } from "./session.ts";
import type { StackNeeds } from "./stack-needs.ts";

/**
 * Provides the cluster of a stack and checks that the stack's settings fit it. The project's own is made, with the images
 * and the ingress controller in it. In a cluster that the person named nothing is installed or loaded: the checks say
 * what it lacks.
 *
 * @throws StepFailure or Interrupted
 */
export async function provideCluster(prepared: PreparedStack, command: Command): Promise<LiveCluster> {
    const { ref, target, needs } = prepared;
    await (target.own === undefined
        ? takeAsItIs(prepared, command)
        : provideOwnCluster(target.own, prepared, command));
    return await command.progress.step("Checks", async ({ done }) => {
        const cluster = await connectToTarget(prepared);
        await needs.check(cluster.client, cluster.labels);
        done(`the settings of ${ref.title} fit the cluster (${cluster.client.context})`);
        return cluster;
    });
}

async function takeAsItIs({ target, needs }: PreparedStack, { progress }: Command): Promise<void> {
    await progress.step("Cluster", ({ done }) => {
        refuseLocalImages(needs);
        done(
            `${target.context} of ${target.kubeconfig}, ${target.reason}; nothing is installed or loaded there`,
        );
        return Promise.resolve();
    });
}

async function provideOwnCluster(
    own: OwnCluster,
    { needs, supply }: PreparedStack,
    { progress, interruption }: Command,
): Promise<void> {
    const signal = interruption.requested;
    const { offline, consent } = supply;
    const engine = await progress.step("Container engine", async ({ report, confirm, done }) => {
        const engine = await provideEngine({ offline, confirm, report, signal });
        done(engine.command);
        return engine;
    });
    const { tools, ours } = await progress.step("Cluster", async ({ report, confirm, done }) => {
        const context = { report, confirm, signal };
        const tools = { kind: await supply.tool("kind", context) };
        const { hostPort } = needs;
        const { name, kubeconfig } = own;
        const { created, ours } = await ensureCluster({
            ...{ name, tools, engine, offline, consent },
            ...{ ...context, kubeconfig, hostPort },
        });
        done(`${own.context}, ${created ? "made" : "which is there"}`);
        return { tools, ours };
    });
    const options = { name: own.name, tools, engine, offline, consent, signal };
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

/** The images built from `app/` are in no registry: another cluster would wait for them until the update times out. */
function refuseLocalImages({ localTiers }: StackNeeds): void {
    if (localTiers.length > 0) {
        throw new CommandFailure(
            `The images of ${localTiers.join(", ")} are only on this machine; a cluster of yours can't pull them.`,
            "Push them to a registry that it can reach, and name them in the stack's settings:\n" +
                localTiers.map((tier) => `  multitier:${tier}: { image: REGISTRY/${tier}:TAG }`).join("\n"),
        );
    }
}
