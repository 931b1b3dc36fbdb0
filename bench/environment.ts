import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chooseBackend } from "../cli/session/backend.ts";
import { resolveStack } from "../cli/session/resolve-stack.ts";
import { run } from "../cli/process/run.ts";
import { engineDefaults, mergeEnvironments } from "../cli/process/environment.ts";
import { CommandFailure } from "../cli/terminal/failure.ts";
import { confirmOnStandardError } from "../cli/terminal/prompt.ts";
import { clusterUid, connect } from "../cli/kubernetes/client.ts";
import { application, stackRef } from "../cli/session/project.ts";
import { supplyFor } from "../cli/supply/supply.ts";
import { toolEnvironment } from "../cli/tools/tools.ts";

/** The namespaces that the benchmark creates, and deletes with all in them. Nobody else's would be called this. */
export const namespaces = {
    /** By `pulumi up`. */
    up: "multitier-bench-up",
    /** By `kubectl apply`. */
    apply: "multitier-bench-apply",
} as const;

/** Deletes the benchmark's namespaces, those that a killed run left too, and waits until they are gone. */
export async function deleteNamespaces({ kubectl, environment, signal }: BenchEnvironment): Promise<void> {
    const args = ["delete", "namespace", ...Object.values(namespaces), "--ignore-not-found", "--wait"];
    await run(kubectl, args, { environment, signal });
}

/** The surroundings of a measurement: a backend, plugins and a kubeconfig of its own, and namespaces of its own in a cluster. */
export interface BenchEnvironment {
    /** The folder in which all of it is. */
    readonly folder: string;
    readonly pulumi: string;
    readonly kubectl: string;
    /** Variables that commands get on top of the process's own environment. */
    readonly environment: Readonly<Record<string, string>>;
    /** The context of the dev stack's cluster; it is the current one of the kubeconfig here. */
    readonly context: string;
    readonly signal: AbortSignal;
    readonly report: (line: string) => void;
}

/**
 * Sets up the environment, measures in it, and removes it, however that ended.
 *
 * @throws CommandFailure if the dev stack isn't up
 */
export async function withBenchEnvironment(
    signal: AbortSignal,
    report: (line: string) => void,
    measure: (bench: BenchEnvironment) => Promise<void>,
): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "multitier-bench-"));
    try {
        const bench = await setUp(folder, signal, report);
        await deleteNamespaces(bench);
        try {
            await measure(bench);
        } finally {
            report("removing what was made");
            // Not to be stopped by the signal that stopped the rest.
            await deleteNamespaces({ ...bench, signal: new AbortController().signal });
        }
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

async function setUp(
    folder: string,
    signal: AbortSignal,
    report: (line: string) => void,
): Promise<BenchEnvironment> {
    const { target, needs } = await resolveStack(stackRef(application, "dev"), {});
    const client = connect(target.kubeconfig, target.context);
    await clusterUid(client);
    const existing = await client.core.listNamespace();
    if (!existing.items.some(({ metadata }) => metadata?.name === needs.namespace)) {
        throw new CommandFailure(
            `The cluster of the context ${target.context} has no namespace ${needs.namespace}: the dev stack isn't up.`,
            "The images and the ingress controller must be there: npm run up",
        );
    }

    const supply = supplyFor({ offline: false });
    const dialogue = { report, confirm: confirmOnStandardError(signal), signal };
    const pulumi = await supply.tool("pulumi", dialogue);
    const kubectl = await supply.tool("kubectl", dialogue);
    const state = join(folder, "state");
    const kubeconfig = join(folder, "kubeconfig");
    await mkdir(state);
    await mkdir(join(folder, "peaks"));
    await mkdir(join(folder, "temporary"));
    const flags = ["--context", target.context, "--minify", "--flatten", "--raw"];
    await writeFile(
        kubeconfig,
        await run(kubectl, ["config", "view", ...flags], {
            environment: { KUBECONFIG: target.kubeconfig },
            signal,
        }),
        { mode: 0o600 },
    );

    const backend = { PULUMI_BACKEND_URL: pathToFileURL(state).href };
    const environment = mergeEnvironments(
        engineDefaults,
        toolEnvironment(pulumi),
        chooseBackend(backend, undefined).environment,
        {
            ...backend,
            PULUMI_HOME: join(folder, "pulumi"),
            PULUMI_CONFIG_PASSPHRASE: "bench",
            PULUMI_CONFIG_PASSPHRASE_FILE: "",
            KUBECONFIG: kubeconfig,
            XDG_CACHE_HOME: join(folder, "cache"),
            NODE_OPTIONS: `--require ${join(import.meta.dirname, "peak-memory.cjs")}`,
            BENCH_PEAKS: join(folder, "peaks"),
            // The Kubernetes provider leaves a copy of the kubeconfig there each time it starts.
            TMPDIR: join(folder, "temporary"),
        },
    );
    await supply.providers({ pulumi, environment }, dialogue);
    return {
        folder,
        pulumi,
        kubectl,
        environment,
        context: target.context,
        signal,
        report,
    };
}
