import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { machineFacts } from "../container-engine/machine-facts.ts";
import { connect } from "../kubernetes/client.ts";
import { run, tryRun } from "../process/run.ts";
import type { Dialogue } from "../supply/build-consent.ts";
import type { Supply } from "../supply/supply.ts";
import { messageOf } from "../terminal/failure.ts";
import { SiteUnavailable } from "../tools/site-request.ts";
import { ClusterError, type ClusterOptions } from "./cluster.ts";
import { beginCreation, endCreation, interruptedCreation } from "./cluster-creation.ts";
import { waitUntilReady, type ClusterReadiness } from "./cluster-readiness.ts";
import { checkHostPort, checkPortIsFree } from "./host-port.ts";
import { kindConfig } from "./kind-config.ts";
import { failedPull, kindReason, kindStep } from "./kind-output.ts";

/** The desired kind cluster. */
export interface EnsureClusterOptions extends ClusterOptions, Dialogue {
    /** The source of the node image. */
    readonly supply: Pick<Supply, "nodeImage">;
    /** The port on this machine (127.0.0.1) behind which the Ingress answers. */
    readonly hostPort: number;
}

/** The cluster that `ensureCluster` found or made. */
export interface EnsuredCluster {
    /** True if it was made just now. */
    readonly created: boolean;
    /** True if this project ever made it: then its ingress controller is this project's affair too. */
    readonly ours: boolean;
}

/**
 * A kind cluster of that name that is ready: its node, DNS and default storage. One that exists is started if it is
 * stopped and taken as it is; one whose creation was interrupted is created again.
 *
 * @throws ClusterError when the port is taken, the existing cluster has another port or doesn't become ready, or
 * kind fails.
 */
export async function ensureCluster(options: EnsureClusterOptions): Promise<EnsuredCluster> {
    const { name, report } = options;
    if ((await interruptedCreation(name)) && (await clusterExists(options))) {
        report(`the making of cluster ${name} was interrupted: removing what there is of it`);
        await deleteCluster(options);
    }
    if (await clusterExists(options)) {
        const restarted = await startNodes(options);
        await checkHostPort(options, options.hostPort);
        await exportKubeconfig(options);
        const { ours } = await waitFor(options, restarted);
        return { created: false, ours };
    }
    await checkPortIsFree(name, options.hostPort);
    await create(options);
    return { created: true, ours: true };
}

/** Writes the way into the cluster in one step: others may read the file at any moment, and kind empties it first. */
async function exportKubeconfig(options: ClusterOptions): Promise<void> {
    const { name, kubeconfig } = options;
    const fresh = `${kubeconfig}.new`;
    // kind adds to a file that exists.
    await rm(fresh, { force: true });
    await kind(options, ["export", "kubeconfig", "--name", name, "--kubeconfig", fresh]);
    await rename(fresh, kubeconfig);
}

/** True if kind knows a cluster of that name, however complete. */
export async function clusterExists(options: Omit<ClusterOptions, "kubeconfig">): Promise<boolean> {
    return (await kind(options, ["get", "clusters"])).split("\n").includes(options.name);
}

/** Removes the cluster with all that is in it, and its kubeconfig. Without such a cluster, nothing happens. */
export async function deleteCluster(options: ClusterOptions): Promise<void> {
    const { name, kubeconfig, report } = options;
    if (await clusterExists(options)) {
        report(`deleting cluster ${name}`);
        await kind(options, ["delete", "cluster", "--name", name, "--kubeconfig", kubeconfig]);
    }
    await rm(kubeconfig, { force: true });
    await endCreation(name);
}

/** Runs kind with the engine that the cluster is in. */
function kind(
    { tools, engine, signal }: Pick<ClusterOptions, "tools" | "engine" | "signal">,
    args: readonly string[],
): Promise<string> {
    return run(tools.kind, args, { environment: engine.environment, signal });
}

function waitFor(options: ClusterOptions, restarted?: number): Promise<ClusterReadiness> {
    const { name, kubeconfig } = options;
    return waitUntilReady(connect(kubeconfig, `kind-${name}`), options, restarted);
}

async function create(options: EnsureClusterOptions): Promise<void> {
    const { name, kubeconfig, engine, supply } = options;
    const image = await supply.nodeImage(engine, options);
    await mkdir(dirname(kubeconfig), { recursive: true });
    // kind adds to a file that exists; what is left of an earlier cluster doesn't belong there.
    await rm(kubeconfig, { force: true });
    await beginCreation(name);
    try {
        await runKind(image, options);
    } catch (error) {
        if (!(error instanceof SiteUnavailable)) {
            throw error;
        }
        await runKind(await supply.nodeImage(engine, options, error), options);
    }
    await chmod(kubeconfig, 0o600);
    await waitFor(options);
    await endCreation(name);
}

/**
 * Has kind create the cluster.
 *
 * @param image the node image, or undefined for kind's own
 * @throws SiteUnavailable when kind's own can't be pulled, ClusterError when kind fails otherwise
 */
async function runKind(image: string | undefined, options: EnsureClusterOptions): Promise<void> {
    const { name, hostPort, kubeconfig, tools, engine, report, signal } = options;
    const { execa } = await import("execa");
    // Should this process be killed, the pipe ends kind too, with the next line that it writes: before it removes what
    // it could not create, which may be another run's by then.
    const subprocess = execa(
        tools.kind,
        ["create", "cluster", "--name", name, "--config", "-", "--kubeconfig", kubeconfig],
        {
            env: { ...engine.environment },
            input: kindConfig({ name, hostPort, image, facts: machineFacts() }),
            ...(signal === undefined ? {} : { cancelSignal: signal }),
        },
    );
    const output: string[] = [];
    try {
        for await (const line of subprocess.iterable({ from: "stderr" })) {
            output.push(line);
            const step = kindStep(line);
            if (step !== undefined) {
                report(step);
            }
        }
        await subprocess;
    } catch (error) {
        signal?.throwIfAborted();
        const refusal = image === undefined ? failedPull(output) : undefined;
        if (refusal !== undefined) {
            throw new SiteUnavailable(refusal, "", { cause: error });
        }
        throw new ClusterError(
            `kind could not create the cluster ${name}:\n${kindReason(output)}`,
            "What there is of it is removed when this is run again.",
            { cause: error },
        );
    }
}

/**
 * Starts the nodes that are stopped, as they are after the machine was restarted, or in which nothing can be run, as
 * after somebody ended the container's processes. Returns when, if there were any.
 *
 * @throws ClusterError when they can't be started
 */
async function startNodes(options: EnsureClusterOptions): Promise<number | undefined> {
    const { name, engine, report, signal } = options;
    const nodes = (await kind(options, ["get", "nodes", "--name", name])).split("\n");
    const context = { environment: engine.environment, signal };
    const answers = await Promise.all(
        nodes.map((node) => tryRun(engine.command, ["exec", node, "true"], context)),
    );
    const stopped = nodes.filter((_, index) => answers[index] === undefined);
    if (stopped.length === 0) {
        return undefined;
    }
    report(`starting the stopped node ${stopped.join(", ")}`);
    const started = Date.now();
    try {
        await run(engine.command, ["restart", ...stopped], context);
    } catch (error) {
        signal?.throwIfAborted();
        throw new ClusterError(
            `The node ${stopped.join(", ")} of the cluster ${name} doesn't start:\n${messageOf(error)}`,
            "To remove the cluster with all that is in it, and start over: npm run down -- --cluster",
            { cause: error },
        );
    }
    return started;
}
