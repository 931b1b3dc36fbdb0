import type { PlainCluster } from "./plain-cluster.ts";

const conflist = "/etc/cni/net.d/10-multitier.conflist";

/**
 * Has pods of different nodes reach each other, as kind's own network does: each node's bridge gives addresses of the
 * node's own range, and the node has routes to those of the others. The network of the node image that is made here has
 * one range for all nodes.
 *
 * Pods that run already keep addresses that another node's may have; they are made again.
 */
export async function connectNodes(cluster: PlainCluster): Promise<void> {
    const columns = `{range .items[*]}{.metadata.name} {.spec.podCIDR} {.status.addresses[0].address}{"\\n"}{end}`;
    const listing = await cluster.kubectl("get", "nodes", `--output=jsonpath=${columns}`);
    const nodes = [...listing.matchAll(/^(\S+) (\S+) (\S+)$/gm)].map(
        ([, name = "", range = "", address = ""]) => ({
            name,
            range,
            address,
        }),
    );
    for (const { name, range } of nodes) {
        const routes = nodes
            .filter((other) => other.name !== name)
            .map((other) => `ip route replace ${other.range} via ${other.address}`);
        // A pod is known to others by its own address, by which policies judge, not by its node's.
        const script = `
            sed -i 's#"subnet": "[^"]*"#"subnet": "${range}"#; s#"ipMasq": true#"ipMasq": false#' ${conflist}
            ip link delete cni0 2>/dev/null || true
            rm -rf /var/lib/cni/networks
            ${routes.join("\n")}`;
        await cluster.inNode(name, script);
    }
    const onPodNetwork = "--field-selector=spec.hostNetwork=false";
    await cluster.kubectl("delete", "pods", "--all-namespaces", onPodNetwork);
    for (const deployment of ["kube-system/coredns", "local-path-storage/local-path-provisioner"]) {
        const [namespace = "", name = ""] = deployment.split("/");
        await cluster.kubectl("rollout", "status", `deployment/${name}`, "-n", namespace, "--timeout=120s");
    }
}
