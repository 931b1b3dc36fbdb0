import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";

import { controllerName } from "./cluster-equipment.ts";
import type { PlainCluster } from "./plain-cluster.ts";

const folder = join(import.meta.dirname, "load");

const pathSchema = v.object({
    requests: v.number(),
    failures: v.array(v.object({ started: v.number(), ended: v.number(), mistake: v.string() })),
});

const resultSchema = v.object({ "/": pathSchema, "/api/jobs": pathSchema });

/** The requests for a path, and those that failed: with any answer but 200, or none. Times are in ms. */
export type PathLoad = v.InferOutput<typeof pathSchema>;

/** Starts the pod that requests the application from inside a cluster. */
export async function startLoadPod(cluster: PlainCluster): Promise<void> {
    await cluster.kubectl("create", "configmap", "load", `--from-file=${join(folder, "load.mjs")}`);
    await cluster.apply(await readFile(join(folder, "pod.yaml"), "utf8"));
    await cluster.kubectl("wait", "pod", "load", "--for=condition=Ready", "--timeout=180s");
}

/**
 * The URL of the ingress controller from inside a cluster, by address: whatever look-ups are under way when the node of a
 * DNS pod is drained are lost, and visitors of an application don't ask the cluster's DNS.
 */
async function siteAddress(cluster: PlainCluster): Promise<string> {
    const address = "--output=jsonpath={.spec.clusterIP}";
    return `http://${await cluster.kubectl("get", "service", controllerName, "-n", controllerName, address)}`;
}

/**
 * Has the ingress controller be asked for the page and the API while something else goes on.
 *
 * @param least the least number of requests for the page, for which it goes on if need be
 */
export async function loadDuring(
    cluster: PlainCluster,
    least: number,
    work: () => Promise<void>,
): Promise<v.InferOutput<typeof resultSchema>> {
    const command = ["node", "/load/load.mjs", await siteAddress(cluster), "localhost", `${least}`];
    const running = cluster.start("exec", "--stdin", "load", "--", ...command);
    try {
        await work();
    } finally {
        running.endInput();
    }
    return v.parse(resultSchema, JSON.parse(await running.output));
}

/** The time from the start of the first failed request to the end of the last one, in seconds. */
export function outage({ failures }: PathLoad): number {
    if (failures.length === 0) {
        return 0;
    }
    const started = Math.min(...failures.map((failure) => failure.started));
    return (Math.max(...failures.map(({ ended }) => ended)) - started) / 1000;
}
