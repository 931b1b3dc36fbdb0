import type { BuildConsent } from "../tools/build-consent.ts";
import type { Command } from "../terminal/command-run.ts";
import { provideEngine } from "../container-engine/engine.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { buildApplicationImages, loadImages } from "../kind/load-images.ts";
import { ensureIngressController } from "../kind/ingress-controller.ts";
import { ensureCluster } from "../kind/kind.ts";
import type { StackNeeds } from "../session/stack-needs.ts";
import type { KnownTarget } from "../session/target.ts";
import type { Tools } from "../tools/tools.ts";

/** What a cluster is provided from. */
export interface ClusterOptions {
    readonly target: KnownTarget;
    readonly needs: StackNeeds;
    readonly tools: Tools;
    readonly offline: boolean;
    /** Asked before images are made. */
    readonly consent: BuildConsent;
}

/**
 * The cluster of a target. The project's own is made, with the images and the ingress controller in it. In a
 * cluster that the person named nothing is installed or loaded: what it lacks, the checks say.
 *
 * @throws StepFailure or Interrupted
 */
export async function provideCluster(
    { target, needs, tools, offline, consent }: ClusterOptions,
    { progress, interruption }: Command,
): Promise<void> {
    const signal = interruption.requested;
    const { own } = target;
    if (own === undefined) {
        await progress.step("Cluster", ({ done }) => {
            refuseLocalImages(needs);
            done(
                `${target.context} of ${target.kubeconfig}, ${target.reason}; nothing is installed or loaded there`,
            );
            return Promise.resolve();
        });
        return;
    }

    const engine = await progress.step("Container engine", async ({ report, confirm, done }) => {
        const engine = await provideEngine({ offline, confirm, report, signal });
        done(engine.command);
        return engine;
    });
    const options = { name: own.name, tools, engine, offline, consent, signal };
    const { ours } = await progress.step("Cluster", async ({ report, confirm, done }) => {
        const { hostPort } = needs;
        const { kubeconfig } = target;
        const { created, ours } = await ensureCluster({
            ...options,
            report,
            confirm,
            kubeconfig,
            hostPort,
        });
        done(`${own.context}, ${created ? "made" : "which is there"}`);
        return { ours };
    });
    await progress.step("Images", async ({ report, confirm, done }) => {
        const dialogue = { report, confirm };
        const built = await buildApplicationImages({ ...options, ...dialogue, tiers: needs.builtTiers });
        const images = [...built, ...needs.images];
        await loadImages({ ...options, ...dialogue, images });
        done(`${images.length} in the cluster`);
    });
    if (ours) {
        await progress.step("Ingress controller", async ({ report, confirm, done }) => {
            await ensureIngressController({
                ...options,
                report,
                confirm,
                kubeconfig: target.kubeconfig,
            });
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
