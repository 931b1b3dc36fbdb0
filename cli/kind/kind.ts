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
import { checkHostPort } from "./host-port.ts";
import { kindConfig } from "./kind-config.ts";
import { failedPull, firstStepInNodes, kindReason, kindStep } from "./kind-output.ts";

/** The desired kind cluster. */
export interface DesiredCluster extends ClusterOptions, Dialogue {
    /** The source of the node image. */
    readonly supply: Pick<Supply, "nodeImage">;
    /** The port on this machine (127.0.0.1) behind which the Ingress answers. */
    readonly hostPort: number;
}

/** Tells if there is a cluster of that name. What an interrupted creation left is removed first. */
export async function isMade(options: ClusterOptions): Promise<boolean> {
    const { name, report } = options;
    const interrupted = await interruptedCreation(name);
    const exists = await clusterExists(options);
    if (exists && interrupted) {
        report(`the making of cluster ${name} was interrupted: removing what there is of it`);
        await deleteCluster(options);
        return false;
    }
    return exists;
}

/**
 * Takes a cluster that exists as it is, starts it if it is stopped, and waits until it is ready: its node, DNS and default
 * storage.
 *
 * @throws ClusterError when it has another port, or doesn't become ready
 */
export async function startCluster(options: DesiredCluster): Promise<ClusterReadiness> {
    const restarted = await startNodes(options);
    await checkHostPort(options, options.hostPort);
    await exportKubeconfig(options);
    const { name, kubeconfig } = options;
    return await waitUntilReady(connect(kubeconfig, `kind-${name}`), options, restarted);
}

/**
 * Makes a cluster. Its API server answers then; its node, DNS and storage become ready by themselves.
 *
 * @param meanwhile begun together with the making, and told when the nodes run containers
 * @throws ClusterError when kind fails
 */
export async function createCluster(
    options: DesiredCluster,
    meanwhile: (nodesRun: Promise<void>) => Promise<void>,
): Promise<void> {
    const { name, kubeconfig, engine, supply } = options;
    const image = await supply.nodeImage(engine, options);
    await mkdir(dirname(kubeconfig), { recursive: true });
    // kind adds to a file that exists; what is left of an earlier cluster doesn't belong there.
    await rm(kubeconfig, { force: true });
    await beginCreation(name);
    const make = async (onNodes: () => void): Promise<void> => {
        try {
            await runKind(image, options, onNodes);
        } catch (error) {
            if (!(error instanceof SiteUnavailable)) {
                throw error;
            }
            await runKind(await supply.nodeImage(engine, options, error), options, onNodes);
        }
    };
    let making = Promise.resolve();
    const nodesRun = new Promise<void>((resolve, reject) => {
        making = make(resolve);
        making.catch(reject);
    });
    const [made, done] = await Promise.allSettled([making, meanwhile(nodesRun)]);
    if (made.status === "rejected") {
        throw made.reason;
    }
    await chmod(kubeconfig, 0o600);
    await endCreation(name);
    if (done.status === "rejected") {
        throw done.reason;
    }
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
async function clusterExists(options: Omit<ClusterOptions, "kubeconfig">): Promise<boolean> {
    return (await kind(options, ["get", "clusters"])).split("\n").includes(options.name);
}

/** Removes the cluster with all that is in it, and its kubeconfig. Without such a cluster, nothing happens. */
export async function deleteCluster(options: ClusterOptions): Promise<void> {
    const { name, kubeconfig, report } = options;
    if (await clusterExists(options)) {
        report(`deleting cluster ${name}`);
        // Nothing in it has to end in an orderly way; kind would wait for all pods to.
        const nodes = (await kind(options, ["get", "nodes", "--name", name])).split("\n");
        const { engine, signal } = options;
        await tryRun(engine.command, ["kill", ...nodes], { environment: engine.environment, signal });
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

/**
 * Has kind create the cluster.
 *
 * @param image the node image, or undefined for kind's own
 * @param onNodes called when the nodes run containers
 * @throws SiteUnavailable when kind's own can't be pulled, ClusterError when kind fails otherwise
 */
async function runKind(
    image: string | undefined,
    options: DesiredCluster,
    onNodes: () => void,
): Promise<void> {
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
                if (step === firstStepInNodes) {
                    onNodes();
                }
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
async function startNodes(options: ClusterOptions): Promise<number | undefined> {
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
