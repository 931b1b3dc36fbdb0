import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { run } from "../cli/process/run.ts";
import { manifestsOf } from "./manifests.ts";
import { describeRow, part, type Measurement } from "./measurement.ts";
import { deleteNamespaces, namespaces } from "./environment.ts";
import { createDev, createStack, devConfig, type Program } from "./program.ts";
import { pulumi, up } from "./pulumi.ts";
import { ratioOf } from "./statistics.ts";
import { byTurns } from "./turns.ts";
import type { BenchEnvironment } from "./environment.ts";

/** Measures the time that Pulumi adds to the cluster's own for bringing everything up. */
export const creation: Measurement = {
    rows: ["up"],
    async measure(bench, turns) {
        const dev = await createDev(bench, "creation");
        const file = join(bench.folder, "manifests.json");
        let stacks = 0;
        const context = describeRow(turns);
        const runs = await byTurns(
            {
                up: async () => {
                    const stack = `creation-${++stacks}`;
                    const program = await createStack(bench, dev.folder, stack, devConfig(bench));
                    const { seconds } = await up(bench, program);
                    await writeFile(file, await manifests(bench, program), { mode: 0o600 });
                    await deleteNamespaces(bench);
                    return seconds;
                },
                apply: async () => {
                    const seconds = await apply(bench, file);
                    await deleteNamespaces(bench);
                    return seconds;
                },
            },
            turns,
            bench.report,
        );
        const ups = runs.map((turn) => turn.up);
        const applies = runs.map((turn) => turn.apply);
        return {
            rows: [
                {
                    ...context,
                    id: "up",
                    title: "`up` of an empty namespace until all is Ready / `kubectl apply` of the same manifests until `kubectl wait` returns",
                    target: 1.1,
                    figure: ratioOf(ups, applies),
                    parts: [
                        part("`pulumi up --yes --skip-preview`", "s", ups),
                        part("`kubectl apply`, then `kubectl wait`", "s", applies),
                    ],
                },
            ],
        };
    },
};

/** The objects that a stack has created, for `kubectl apply`. */
export async function manifests(bench: BenchEnvironment, program: Program): Promise<string> {
    const { output } = await pulumi(bench, program, ["stack", "export", "--show-secrets"]);
    return manifestsOf(output, namespaces.up, namespaces.apply);
}

/** In seconds. It waits for what Pulumi waits for: each Deployment's pods and the Ingress' address. */
async function apply({ kubectl, environment, signal }: BenchEnvironment, file: string): Promise<number> {
    const start = performance.now();
    await run(kubectl, ["apply", "--filename", file], { environment, signal });
    const wait = ["wait", "--namespace", namespaces.apply, "--timeout=20m"];
    await run(kubectl, [...wait, "--for=condition=Available", "deployment", "--all"], {
        environment,
        signal,
    });
    const address = "--for=jsonpath={.status.loadBalancer.ingress}";
    await run(kubectl, [...wait, address, "ingress", "--all"], { environment, signal });
    return (performance.now() - start) / 1000;
}
