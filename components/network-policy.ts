import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Labels } from "./labels";
import { Peer } from "./peer";

type NetworkPolicySpec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPeer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;
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

/**
 * DNS, without which a deny-by-default leaves nothing working (kubernetes/website#55115). Both protocols: answers
 * over 512 bytes come by TCP.
 */
const dnsEgress: NetworkPolicyEgressRule = {
    to: [podsIn("kube-system", { "k8s-app": "kube-dns" })],
    ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
    ],
};

/** Denies all traffic of all pods of a namespace, but for what other policies allow. */
export const denyAll: NetworkPolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** The policy of one tier by itself: it resolves names, connects to its peers, is reached by what isn't a tier. */
export function ownPolicy(
    selector: Labels,
    port: number,
    peers: readonly Peer[],
    connectsFrom: pulumi.Input<pulumi.Input<NetworkPolicyPeer>[]> | undefined,
    additionalEgress: pulumi.Input<pulumi.Input<NetworkPolicyEgressRule>[]> | undefined,
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
            .output(additionalEgress ?? [])
            .apply((additional) => [dnsEgress, ...peerEgress, ...additional]),
    };
}

/** Adds at a peer's pods what the connecting side's {@link ownPolicy} allows at its own. */
export function ingressPolicy(peer: Peer, from: NetworkPolicyPeer): NetworkPolicySpec {
    return {
        podSelector: { matchLabels: peer.selectorLabels },
        policyTypes: ["Ingress"],
        ingress: [{ from: [from], ports: [{ protocol: "TCP", port: peer.port }] }],
    };
}
