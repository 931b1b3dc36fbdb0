import { findEngine, type ContainerEngine } from "../container-engine/engine.ts";
import { imageNames, loadImages } from "../kind/load-images.ts";
import { missingInNodes } from "../kind/node-images.ts";
import { connect } from "../kubernetes/client.ts";
import { tryRun } from "../process/run.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import { applicationImage } from "../../settings/application-images.ts";
import type { PreparedStack } from "./session.ts";

/** A kind cluster that somebody made, in the container engine of this machine. */
interface KindCluster {
    readonly name: string;
    readonly tools: { readonly kind: string };
    readonly engine: ContainerEngine;
    readonly signal: AbortSignal;
}

/**
 * Checks that a cluster that the person named can get the images of the stack. Nothing is loaded there.
 *
 * @throws StepFailure naming the images that it can't get
 */
export async function checkImages(prepared: PreparedStack, command: Command): Promise<void> {
    const { target } = prepared;
    await command.progress.step("Cluster", async (step) => {
        const images = imagesInNoRegistry(prepared);
        if (images.length > 0) {
            const kindCluster = await findKindCluster(prepared, command, step);
            const missing = kindCluster === undefined ? images : await missingInNodes(images, kindCluster);
            if (missing.length > 0) {
                throw missingImages(prepared, kindCluster !== undefined);
            }
        }
        step.done(
            `${target.context} of ${target.kubeconfig}, ${target.reason}; nothing is installed or loaded there`,
        );
    });
}

/**
 * Loads the images of the stack into the nodes of a kind cluster that the person named; nothing else is changed there.
 *
 * @throws StepFailure if it is another kind of cluster, and some images are in no registry
 */
export async function loadIntoNamedCluster(prepared: PreparedStack, command: Command): Promise<void> {
    const { target, needs, supply } = prepared;
    await command.progress.step("Images", async (step) => {
        const kindCluster = await findKindCluster(prepared, command, step);
        if (kindCluster === undefined) {
            if (needs.localTiers.length > 0) {
                throw missingImages(prepared, false);
            }
            step.done(`${target.context} pulls them from their registries`);
            return;
        }
        const options = { ...kindCluster, supply, report: step.report, confirm: step.confirm };
        const wanted = { tiers: needs.localTiers, named: needs.images };
        await loadImages(wanted, options);
        step.done(`${imageNames(wanted).length} in the nodes of ${kindCluster.name}`);
    });
}

function imagesInNoRegistry({ needs }: PreparedStack): string[] {
    return needs.localTiers.map((tier) => applicationImage(tier));
}

/** Finds the kind cluster that a context leads to, if it is in this machine's engine: by its API server's address. */
async function findKindCluster(
    { target, supply }: PreparedStack,
    { interruption }: Command,
    { report, confirm }: StepContext,
): Promise<KindCluster | undefined> {
    const name = /^kind-(.+)$/.exec(target.context)?.[1];
    const signal = interruption.requested;
    const engine = name === undefined ? undefined : await findEngine(signal);
    if (name === undefined || engine === undefined) {
        return undefined;
    }
    const kind = await supply.tool("kind", { report, confirm, signal });
    const args = ["get", "kubeconfig", "--name", name];
    const kubeconfig = await tryRun(kind, args, { environment: engine.environment, signal });
    const { server } = connect(target.kubeconfig, target.context);
    return kubeconfig?.includes(server) === true ? { name, tools: { kind }, engine, signal } : undefined;
}

/** The images built from `app/` are in no registry: another cluster would wait for them until the update times out. */
function missingImages({ ref, target, needs }: PreparedStack, isKind: boolean): CommandFailure {
    const tiers = needs.localTiers;
    const names = tiers.map((tier) => `  multitier:${tier}: { image: REGISTRY/${tier}:TAG }`);
    const push = `Push them to a registry that it can reach, and name them in the stack's settings:\n${names.join("\n")}`;
    const load = `Load them into its nodes: npm run cluster -- --stack ${ref.name} --context ${target.context}`;
    return new CommandFailure(
        `The images of ${tiers.join(", ")} are only on this machine, and the cluster of ${target.context} ` +
            "can't pull them.",
        isKind ? `${load}\nOr: ${push}` : push,
    );
}
