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

/** A cluster to which policies matter. */
export interface PolicedCluster {
    /** Copies a program of this machine into /usr/local/bin of each node. */
    install(program: string): Promise<void>;
    kubectl(...args: string[]): Promise<string>;
}

/** The suite's own cluster, of one node. */
const ownCluster: PolicedCluster = {
    install: async (program) => {
        const { command, environment } = await engine();
        await run(command, ["cp", program, `${cluster.name}-control-plane:/usr/local/bin/`], { environment });
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

/** Has the suite's own cluster let everything through again. */
export async function stopEnforcing(): Promise<void> {
    // The rule first: without the program, nothing passes it.
    await inNode(`iptables -t mangle -D ${queueRule}`);
    await kubectl("delete", "--filename", manifest, "--wait");
}
