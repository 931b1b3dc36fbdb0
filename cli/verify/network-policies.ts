import { BlockList, isIPv6 } from "node:net";
import type {
    V1LabelSelector,
    V1NetworkPolicy,
    V1NetworkPolicyPeer,
    V1NetworkPolicyPort,
} from "@kubernetes/client-node";

type Labels = Readonly<Record<string, string>>;

/** A pod as NetworkPolicies see it. */
export interface PolicyPod {
    readonly namespace: string;
    readonly namespaceLabels: Labels;
    readonly labels: Labels;
    /** Only rules with an `ipBlock` ask for it, and don't match without it. */
    readonly ip?: string;
}

/** The port of a pod that a connection goes to. */
export interface PolicyTarget {
    readonly protocol: "TCP" | "UDP";
    readonly port: number;
    /** The port's name in the pod, which a policy may say instead of the number. */
    readonly portName?: string;
}

/**
 * Tells if NetworkPolicies let one pod connect to another, by the rules of
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/: a pod that no policy selects may do
 * everything; what several policies allow adds up; the source must be allowed to send and the target to receive.
 */
export function allowsConnection(
    policies: readonly V1NetworkPolicy[],
    from: PolicyPod,
    to: PolicyPod,
    target: PolicyTarget,
): boolean {
    const ofSource = policies.filter((policy) => selects(policy, from) && restricts(policy, "Egress"));
    const ofTarget = policies.filter((policy) => selects(policy, to) && restricts(policy, "Ingress"));
    const sends = ofSource.flatMap(({ metadata, spec }) =>
        (spec?.egress ?? []).map((rule) => matchesRule(rule.to, rule.ports, metadata?.namespace, to, target)),
    );
    const receives = ofTarget.flatMap(({ metadata, spec }) =>
        // The client library says `_from`, since `from` is a keyword in some languages.
        (spec?.ingress ?? []).map((rule) =>
            matchesRule(rule._from, rule.ports, metadata?.namespace, from, target),
        ),
    );
    return (
        (ofSource.length === 0 || sends.includes(true)) && (ofTarget.length === 0 || receives.includes(true))
    );
}

function selects({ metadata, spec }: V1NetworkPolicy, pod: PolicyPod): boolean {
    return metadata?.namespace === pod.namespace && matches(spec?.podSelector, pod.labels);
}

function restricts({ spec }: V1NetworkPolicy, direction: "Ingress" | "Egress"): boolean {
    const usual = ["Ingress", ...((spec?.egress ?? []).length > 0 ? ["Egress"] : [])];
    return (spec?.policyTypes ?? usual).includes(direction);
}

function matchesRule(
    peers: readonly V1NetworkPolicyPeer[] = [],
    ports: readonly V1NetworkPolicyPort[] = [],
    policyNamespace: string | undefined,
    other: PolicyPod,
    target: PolicyTarget,
): boolean {
    return (
        (peers.length === 0 || peers.some((peer) => matchesPeer(peer, policyNamespace, other))) &&
        (ports.length === 0 || ports.some((port) => matchesPort(port, target)))
    );
}

function matchesPeer(
    peer: V1NetworkPolicyPeer,
    policyNamespace: string | undefined,
    pod: PolicyPod,
): boolean {
    if (peer.ipBlock !== undefined) {
        const { cidr, except = [] } = peer.ipBlock;
        return pod.ip !== undefined && contains([cidr], pod.ip) && !contains(except, pod.ip);
    }
    const namespaceMatches =
        peer.namespaceSelector === undefined
            ? pod.namespace === policyNamespace
            : matches(peer.namespaceSelector, pod.namespaceLabels);
    return namespaceMatches && matches(peer.podSelector, pod.labels);
}

function contains(blocks: readonly string[], ip: string): boolean {
    const list = new BlockList();
    for (const block of blocks) {
        const [address = "", prefix = ""] = block.split("/");
        list.addSubnet(address, Number(prefix), isIPv6(address) ? "ipv6" : "ipv4");
    }
    return list.check(ip, isIPv6(ip) ? "ipv6" : "ipv4");
}

function matchesPort(
    { protocol = "TCP", port, endPort }: V1NetworkPolicyPort,
    { protocol: wanted, port: number, portName }: PolicyTarget,
): boolean {
    if (protocol !== wanted) {
        return false;
    }
    if (port === undefined) {
        return true;
    }
    if (typeof port === "string") {
        return port === portName;
    }
    return number >= port && number <= (endPort ?? port);
}

/** Tells if a selector takes labels; one that asks for nothing, or is missing, takes all. */
function matches(selector: V1LabelSelector | undefined, labels: Labels): boolean {
    const expressions = selector?.matchExpressions ?? [];
    return (
        Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
        expressions.every(({ key, operator, values = [] }) => {
            const value = labels[key];
            switch (operator) {
                case "In":
                    return value !== undefined && values.includes(value);
                case "NotIn":
                    return value === undefined || !values.includes(value);
                case "Exists":
                    return value !== undefined;
                case "DoesNotExist":
                    return value === undefined;
                default:
                    throw new Error(`A NetworkPolicy has a selector with the unknown operator ${operator}.`);
            }
        })
    );
}
