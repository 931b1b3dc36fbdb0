import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { run } from "../../../cli/process/run.ts";
import { engine, inNode, kubectl } from "../../e2e/live-cluster.ts";
import { cluster } from "../../e2e/options.ts";
import { goBuild, machinesFolder } from "../go-build.ts";

/** The program that decides by the policies, and its pods. */
const name = "kube-network-policies";

const sources = join(import.meta.dirname, "network-policies");
const manifest = join(sources, "daemonset.yaml");

/** The rule that hands each new connection to the program; the manifest adds it. */
const queueRule = "FORWARD -m conntrack --ctstate NEW -j NFQUEUE --queue-num 100";

/** Where the program tells its counters, unless told otherwise. */
const metricsPort = 9080;

/** A cluster to which policies matter. */
export interface PolicedCluster {
    /** Copies a program of this machine into /usr/local/bin of each node. */
    install(program: string): Promise<void>;
    /** Runs a shell script in each node. */
    inNodes(script: string): Promise<void>;
    kubectl(...args: string[]): Promise<string>;
}

/** The suite's own cluster, of one node. */
const ownCluster: PolicedCluster = {
    install: async (program) => {
        const { command, environment } = await engine();
        await run(command, ["cp", program, `${cluster.name}-control-plane:/usr/local/bin/`], { environment });
    },
    inNodes: async (script) => {
        await inNode(script);
    },
    kubectl,
};

/**
 * Has a cluster enforce NetworkPolicies, with kind's own engine for it. The network of the node image that is made here
 * enforces none.
 */
export async function enforceNetworkPolicies(policed: PolicedCluster = ownCluster): Promise<void> {
    const folder = join(machinesFolder, "registries");
    await mkdir(folder, { recursive: true });
    const program = join(folder, name);
    await goBuild(sources, ["-ldflags=-s -w", "-o", program, `sigs.k8s.io/${name}/cmd`]);
    await policed.install(program);
    await policed.kubectl("apply", "--filename", manifest);
    const rollout = ["rollout", "status", `daemonset/${name}`, "--namespace=kube-system", "--timeout=120s"];
    await policed.kubectl(...rollout);
}

/** Has a cluster let everything through again. */
export async function stopEnforcing(policed: PolicedCluster = ownCluster): Promise<void> {
    // The rule first: without the program, nothing passes it.
    await policed.inNodes(`iptables -t mangle -D ${queueRule}`);
    await policed.kubectl("delete", "--filename", manifest, "--wait");
    // The DaemonSet goes before its pods do.
    const itsPods = ["pods", "--namespace=kube-system", `--selector=app=${name}`];
    await policed.kubectl("wait", ...itsPods, "--for=delete", "--timeout=60s");
}

/** The number of packets that the program has refused by now, on all nodes, as it counts them itself. */
export async function refusedPackets(policed: PolicedCluster): Promise<number> {
    const pods = await policed.kubectl(
        ...["get", "pods", "--namespace=kube-system", `--selector=app=${name}`],
        "--output=jsonpath={.items[*].metadata.name}",
    );
    let refused = 0;
    for (const pod of pods.split(" ").filter((each) => each !== "")) {
        const metrics = `/api/v1/namespaces/kube-system/pods/${pod}:${metricsPort}/proxy/metrics`;
        const text = await policed.kubectl("get", "--raw", metrics);
        for (const [, count] of text.matchAll(
            /^kube_network_policies_packet_count\{.*verdict="drop"\} (\S+)$/gm,
        )) {
            refused += Number(count);
        }
    }
    return refused;
}
