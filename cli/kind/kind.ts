import { createServer } from "node:net";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { execa } from "execa";
import { clusterReadiness, type ClusterReadiness } from "./cluster-readiness.ts";
import { run, tryRun } from "../process/run.ts";
import { beginCreation, endCreation, interruptedCreation } from "./cluster-creation.ts";
import type { Engine } from "../container-engine/engine.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { firstFew } from "../terminal/text.ts";
import { kindConfig } from "./kind-config.ts";
import { ingressPort, kindReason, kindStep } from "./kind-output.ts";
import { machineFacts } from "../container-engine/machine-facts.ts";
import { nodeImageMadeHere, type NodeImageOptions } from "./node-image.ts";

/** A kind cluster and what it is reached with. */
export interface ClusterOptions {
    /** The cluster's name; its context is `kind-<name>`. */
    readonly name: string;
    /** The file that gets the way into the cluster. No other kubeconfig is read or written. */
    readonly kubeconfig: string;
    readonly tools: { readonly kind: string; readonly kubectl: string };
    readonly engine: Engine;
    /** Told what is done, a line each. */
    readonly report: (line: string) => void;
    readonly signal?: AbortSignal | undefined;
}

/** The desired kind cluster. */
export interface EnsureClusterOptions extends ClusterOptions, NodeImageOptions {
    /** The port on this machine (127.0.0.1) behind which the Ingress answers. */
    readonly hostPort: number;
}

/** What `ensureCluster` found or made. */
export interface EnsuredCluster {
    /** Whether it was made just now. */
    readonly created: boolean;
    /** Whether it was ever made by this project: then its ingress controller is this project's affair too. */
    readonly ours: boolean;
}

/** The kind cluster can't be had or isn't what is needed. */
export class ClusterError extends CommandFailure {
    override readonly name = "ClusterError";
}

/** How long a cluster may take from its API server's first answer, or a restart, until it is ready, in milliseconds. */
const readyTimeout = 180_000;

/** How often readiness is asked for, in milliseconds. */
const readyInterval = 500;

/**
 * A kind cluster of that name that is ready: its node, DNS and default storage. One that exists is started if it is
 * stopped and taken as it is; one whose making was interrupted is made anew.
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
        await checkHostPort(options);
        await exportKubeconfig(options);
        const { ours } = await waitUntilReady(options, restarted);
        return { created: false, ours };
    }
    await checkPortIsFree(options);
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

/** Whether kind knows a cluster of that name, however complete. */
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

function kind(
    { tools, engine, signal }: Pick<ClusterOptions, "tools" | "engine" | "signal">,
    args: readonly string[],
): Promise<string> {
    return run(tools.kind, args, { environment: engine.environment, signal });
}

async function create(options: EnsureClusterOptions): Promise<void> {
    const { name, hostPort, kubeconfig, tools, engine, report, signal } = options;
    const image = await nodeImageMadeHere(options);
    await mkdir(dirname(kubeconfig), { recursive: true });
    // kind adds to a file that exists; what is left of an earlier cluster doesn't belong there.
    await rm(kubeconfig, { force: true });
    const subprocess = execa(
        tools.kind,
        ["create", "cluster", "--name", name, "--config", "-", "--kubeconfig", kubeconfig],
        {
            env: { ...engine.environment },
            input: kindConfig({ name, hostPort, image, facts: machineFacts() }),
            ...(signal === undefined ? {} : { cancelSignal: signal }),
        },
    );
    await beginCreation(name, subprocess.pid);
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
        throw new ClusterError(
            `kind could not create the cluster ${name}:\n${kindReason(output)}`,
            "What there is of it is removed when this is run again. " +
                "Where its node image can't be pulled, --offline makes one here.",
            { cause: error },
        );
    }
    await chmod(kubeconfig, 0o600);
    await waitUntilReady(options);
    await endCreation(name);
}

async function waitUntilReady(options: EnsureClusterOptions, restarted?: number): Promise<ClusterReadiness> {
    const { name, kubeconfig, tools, report, signal } = options;
    const kinds = `nodes,storageclasses,deployments${restarted === undefined ? "" : ",pods"}`;
    const query = ["get", kinds, "--all-namespaces", "--output", "json"];
    const target = ["--kubeconfig", kubeconfig, "--context", `kind-${name}`, "--request-timeout", "10s"];
    const deadline = performance.now() + readyTimeout;
    let reported = "";
    for (;;) {
        const json = await tryRun(tools.kubectl, [...target, ...query], { signal });
        const readiness =
            json === undefined
                ? { missing: ["the API server"], ours: false }
                : clusterReadiness(json, restarted);
        if (readiness.missing.length === 0) {
            return readiness;
        }
        const missing = firstFew(readiness.missing, 3);
        if (performance.now() > deadline) {
            throw new ClusterError(
                `The cluster ${name} isn't ready after ${readyTimeout / 1000} s: still waiting for ${missing}.`,
                `To see why: kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces\n` +
                    `To begin anew: kind delete cluster --name ${name}, and run this again.`,
            );
        }
        if (missing !== reported) {
            report(`waiting for ${missing}`);
            reported = missing;
        }
        await sleep(readyInterval, undefined, signal === undefined ? {} : { signal });
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
            "To remove the cluster with all that is in it, and begin anew: npm run down -- --cluster",
            { cause: error },
        );
    }
    return started;
}

/** @throws ClusterError when the existing cluster leads another port, or none, to its Ingress. */
async function checkHostPort({
    name,
    hostPort,
    engine,
    signal,
}: Pick<EnsureClusterOptions, "name" | "hostPort" | "engine" | "signal">): Promise<void> {
    const node = `${name}-control-plane`;
    const format = "{{json .HostConfig.PortBindings}}";
    const context = { environment: engine.environment, signal };
    const port = ingressPort(
        await run(engine.command, ["container", "inspect", "--format", format, node], context),
    );
    if (port === hostPort) {
        return;
    }
    const has =
        port === undefined
            ? "leads no port of this machine to its Ingress"
            : `leads port ${port} to its Ingress`;
    const change =
        port === undefined
            ? ""
            : `Set the stack's ingress.externalPort to ${port}, which is where the cluster answers.\n`;
    throw new ClusterError(
        `The kind cluster ${name} exists and ${has}, but the stack's settings say ${hostPort}. ` +
            `Ports of a kind cluster can't be changed.`,
        `${change}Or use another name for the cluster, or delete this one (kind delete cluster --name ${name}).\n` +
            `Or, if the cluster isn't this project's, name its context: --context kind-${name}`,
    );
}

/** @throws ClusterError when something on this machine listens on the port already. */
async function checkPortIsFree({ name, hostPort }: EnsureClusterOptions): Promise<void> {
    const taken = await new Promise<boolean>((resolve) => {
        const server = createServer()
            // Anything else, such as a port below 1024 without the right to it, isn't this process' but the engine's affair.
            .once("error", (error: NodeJS.ErrnoException) => {
                resolve(error.code === "EADDRINUSE");
            })
            .listen(hostPort, "127.0.0.1", () => {
                server.close(() => {
                    resolve(false);
                });
            });
    });
    if (taken) {
        throw new ClusterError(
            `Port ${hostPort} on 127.0.0.1, where the cluster ${name} shall answer, is in use by another program.`,
            `End that program (ss --listening --tcp --processes 'sport = :${hostPort}' names it), ` +
                `or set the stack's ingress.externalPort to a free port.`,
        );
    }
}
