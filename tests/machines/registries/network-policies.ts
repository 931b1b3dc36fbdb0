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

/**
 * Has the suite's cluster enforce NetworkPolicies, with kind's own engine for it. The network of the node image that is
 * made here enforces none.
 */
export async function enforceNetworkPolicies(): Promise<void> {
    const folder = join(machinesFolder, "registries");
    await mkdir(folder, { recursive: true });
    const program = join(folder, name);
    await goBuild(sources, ["-ldflags=-s -w", "-o", program, `sigs.k8s.io/${name}/cmd`]);
    const { command, environment } = await engine();
    const inside = `${cluster.name}-control-plane:/usr/local/bin/${name}`;
    await run(command, ["cp", program, inside], { environment });
    await kubectl("apply", "--filename", manifest);
    await kubectl("rollout", "status", `daemonset/${name}`, "--namespace=kube-system", "--timeout=120s");
}

/** Has the cluster's network let everything through again. */
export async function stopEnforcing(): Promise<void> {
    // The rule first: without the program, nothing passes it.
    await inNode(`iptables -t mangle -D ${queueRule}`);
    await kubectl("delete", "--filename", manifest, "--wait");
}
