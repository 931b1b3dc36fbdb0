import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dnsDefaults } from "./defaults";
import { DnsArgs } from "./dns-args";
import { Labels } from "./labels";
import { Peer } from "./peer";

type NetworkPolicySpec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPeer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;
type NetworkPolicyPort = kubernetes.types.input.networking.v1.NetworkPolicyPort;
type NetworkPolicyEgressRule = kubernetes.types.input.networking.v1.NetworkPolicyEgressRule;

/** The label that every namespace carries since Kubernetes 1.22, with its own name. */
const namespaceNameLabel = "kubernetes.io/metadata.name";

/** Pods by their labels in a namespace by its name. */
export function podsIn(namespace: pulumi.Input<string>, podLabels: pulumi.Input<Labels>): NetworkPolicyPeer {
    return {
        namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } },
        podSelector: { matchLabels: podLabels },
    };
}

/** A port of DNS by both protocols: answers over 512 bytes come by TCP. */
function dnsPorts(port: pulumi.Input<number>): NetworkPolicyPort[] {
    return ["UDP", "TCP"].map((protocol) => ({ protocol, port }));
}

/** DNS, without which a deny-by-default leaves nothing working (kubernetes/website#55115). */
function dnsEgress(dns: DnsArgs = {}): pulumi.Output<NetworkPolicyEgressRule[]> {
    const pods = podsIn(dns.namespace ?? dnsDefaults.namespace, dns.podLabels ?? dnsDefaults.podLabels);
    const ofPods = { to: [pods], ports: dnsPorts(dns.port ?? dnsDefaults.port) };
    return pulumi.output(dns.cidrs ?? [...dnsDefaults.cidrs]).apply((cidrs): NetworkPolicyEgressRule[] => {
        const to = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
        // A rule with an empty `to` would allow everything. The one port alone: at the address of a cloud's resolver the
        // machine's credentials can be read, too.
        return to.length === 0 ? [ofPods] : [ofPods, { to, ports: dnsPorts(53) }];
    });
}

/** Denies all traffic of all pods of a namespace, but for what other policies allow. */
export const denyAll: NetworkPolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** The policy of one tier by itself: it resolves names, connects to its peers, is reached by what isn't a tier. */
export function ownPolicy(
    selector: Labels,
    port: number,
    peers: readonly Peer[],
    connectsFrom: pulumi.Input<pulumi.Input<NetworkPolicyPeer>[]> | undefined,
    additionalEgress: pulumi.Input<pulumi.Input<NetworkPolicyEgressRule>[]> | undefined,
    dns: DnsArgs | undefined,
): NetworkPolicySpec {
    const peerEgress = peers.map((peer) => ({
        to: [podsIn(peer.namespace, peer.selectorLabels)],
        ports: [{ protocol: "TCP", port: peer.port }],
    }));
    return {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress", "Egress"],
        // A rule with an empty `from` would allow everybody.
        ingress: pulumi
            .output(connectsFrom ?? [])
            .apply((from) => (from.length === 0 ? [] : [{ from, ports: [{ protocol: "TCP", port }] }])),
        egress: pulumi
            .all([dnsEgress(dns), additionalEgress ?? []])
            .apply(([ofDns, additional]) => [...ofDns, ...peerEgress, ...additional]),
    };
}

/** Adds at a peer's pods what the connecting side's {@link ownPolicy} allows at its own. */
export function ingressPolicy(
    peer: Peer,
    from: pulumi.Input<pulumi.Input<NetworkPolicyPeer>[]>,
): NetworkPolicySpec {
    return {
        podSelector: { matchLabels: peer.selectorLabels },
        policyTypes: ["Ingress"],
        ingress: [{ from, ports: [{ protocol: "TCP", port: peer.port }] }],
    };
}
