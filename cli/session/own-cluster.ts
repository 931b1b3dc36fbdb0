import { checkPortIsFree } from "../kind/host-port.ts";
import { waitUntilReady } from "../kind/cluster-readiness.ts";
import { createCluster, isMade, startCluster, type DesiredCluster } from "../kind/kind.ts";
import type { OwnCluster } from "../kind/kind-context.ts";
import { copyImages, imageNames, loadImages, storeImages, type WantedImages } from "../kind/load-images.ts";
import { runsAsWanted } from "../kind/running-cluster.ts";
import { applyTraefik, awaitTraefik, traefikImages } from "../kind/traefik.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import { connect, type KubernetesClient } from "../kubernetes/client.ts";
import type { SupplyContext } from "../supply/obtain.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import type { ResolvedStack } from "./resolve-stack.ts";
import type { PreparedStack } from "./session.ts";

/**
 * Provides the project's own cluster, with the images and the ingress controller in it.
 *
 * @throws StepFailure or Interrupted
 */
export async function provideOwnCluster(
    own: OwnCluster,
    prepared: PreparedStack,
    command: Command,
): Promise<void> {
    const { needs } = prepared;
    const { progress, interruption } = command;
    const signal = interruption.requested;
    const images = imageNames(wantedImages(prepared, true));
    const runs = await runsAsWanted(own, needs.hostPort, images, signal);
    if (runs) {
        await progress.step("Cluster", ({ done }) => {
            done(`${own.context}, which runs with its ${images.length} images`);
            return Promise.resolve();
        });
    }
    const ours = runs || (await makeAsWanted(own, prepared, command));
    const client = connect(own.kubeconfig, own.context);
    if (ours) {
        await progress.step("Ingress controller", async ({ report, done }) => {
            await applyTraefik(client, report, signal);
            done(`Traefik, in ${own.context}`);
        });
    }
}

/**
 * Waits until a cluster of the project's own is whole. One that was made just now becomes so while the application starts,
 * since the pods of both wait by themselves for what they need.
 *
 * @throws CommandFailure if it doesn't in time
 */
export async function awaitOwnCluster(
    { target: { own } }: ResolvedStack,
    client: KubernetesClient,
    { report }: Pick<StepContext, "report">,
    signal: AbortSignal,
): Promise<void> {
    if (own !== undefined) {
        const { ours } = await waitUntilReady(client, { ...own, report, signal });
        await (ours ? awaitTraefik(client, signal) : undefined);
    }
}

/**
 * Starts or makes the project's own cluster, and gets images into it.
 *
 * @returns whether this project made it: then its ingress controller is this project's affair, too
 */
async function makeAsWanted(
    own: OwnCluster,
    prepared: PreparedStack,
    { progress, interruption }: Command,
): Promise<boolean> {
    const { supply } = prepared;
    const signal = interruption.requested;
    const { options, made } = await progress.step("Container engine", async ({ report, confirm, done }) => {
        const context = { report, confirm, signal };
        const options = await kindOptions(own, await supply.engine(context), prepared, context);
        const made = await isMade(options);
        if (!made) {
            await checkPortIsFree(own.name, options.hostPort);
        }
        done(options.engine.command);
        return { options, made };
    });
    if (made) {
        const ours = await progress.step("Cluster", async ({ report, confirm, done }) => {
            const { ours } = await startCluster({ ...options, report, confirm });
            done(`${own.context}, which is there`);
            return ours;
        });
        await progress.step("Images", async ({ report, confirm, done }) => {
            const wanted = wantedImages(prepared, ours);
            await loadImages(wanted, { ...options, report, confirm });
            done(`${imageNames(wanted).length} in the cluster`);
        });
        return ours;
    }
    const wanted = wantedImages(prepared, true);
    const images = imageNames(wanted);
    await progress.step("Images", async ({ report, confirm, done }) => {
        await storeImages(wanted, { ...options, report, confirm });
        done(`${images.length} in ${options.engine.command}`);
    });
    await progress.step("Cluster", async ({ report, confirm, done }) => {
        const here = { ...options, report, confirm };
        await createCluster(here, (nodesRun) => copyImages(images, here, nodesRun));
        done(`${own.context}, made`);
    });
    return true;
}

/** @param ours whether the cluster is one with Traefik */
function wantedImages({ needs }: PreparedStack, ours: boolean): WantedImages {
    return { tiers: needs.builtTiers, named: [...needs.images, ...(ours ? traefikImages() : [])] };
}

/** The project's own cluster as kind is asked for it. */
export async function kindOptions(
    { name, kubeconfig }: OwnCluster,
    engine: ContainerEngine,
    { supply, needs: { hostPort } }: PreparedStack,
    context: SupplyContext,
): Promise<DesiredCluster & Pick<PreparedStack, "supply">> {
    const tools = { kind: await supply.tool("kind", context) };
    return { name, kubeconfig, tools, engine, supply, hostPort, ...context };
}
