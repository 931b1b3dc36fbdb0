import { BlockList, isIPv6 } from "node:net";
import * as v from "valibot";

const labelsSchema = v.record(v.string(), v.string());

const selectorSchema = v.object({
    matchLabels: v.optional(labelsSchema, {}),
    matchExpressions: v.optional(
        v.array(
            v.object({
                key: v.string(),
                operator: v.picklist(["In", "NotIn", "Exists", "DoesNotExist"]),
                values: v.optional(v.array(v.string()), []),
            }),
        ),
        [],
    ),
});

const peerSchema = v.object({
    podSelector: v.optional(selectorSchema),
    namespaceSelector: v.optional(selectorSchema),
    ipBlock: v.optional(v.object({ cidr: v.string(), except: v.optional(v.array(v.string()), []) })),
});

const portSchema = v.object({
    protocol: v.optional(v.string(), "TCP"),
    port: v.optional(v.union([v.number(), v.string()])),
    endPort: v.optional(v.number()),
});

const peers = v.optional(v.array(peerSchema), []);
const ports = v.optional(v.array(portSchema), []);

const policySchema = v.object({
    metadata: v.object({ namespace: v.string(), name: v.optional(v.string(), "") }),
    spec: v.object({
        podSelector: v.optional(selectorSchema, {}),
        policyTypes: v.optional(v.array(v.picklist(["Ingress", "Egress"]))),
        // The client library says `_from`, since `from` is a keyword in some languages.
        ingress: v.optional(v.array(v.object({ from: peers, _from: peers, ports })), []),
        egress: v.optional(v.array(v.object({ to: peers, ports })), []),
    }),
});

type Labels = Readonly<Record<string, string>>;
type Selector = v.InferOutput<typeof selectorSchema>;
type PolicyPeer = v.InferOutput<typeof peerSchema>;
type PolicyPort = v.InferOutput<typeof portSchema>;

/** A NetworkPolicy, as a manifest or the API has it. */
export type NetworkPolicy = v.InferOutput<typeof policySchema>;

/**
 * Reads a NetworkPolicy from a manifest or from the client library's object.
 *
 * @throws v.ValiError if it isn't one
 */
export function readNetworkPolicy(manifest: unknown): NetworkPolicy {
    return v.parse(policySchema, manifest);
}

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
    policies: readonly NetworkPolicy[],
    from: PolicyPod,
    to: PolicyPod,
    target: PolicyTarget,
): boolean {
    const ofSource = policies.filter((policy) => selects(policy, from) && restricts(policy, "Egress"));
    const ofTarget = policies.filter((policy) => selects(policy, to) && restricts(policy, "Ingress"));
    const sends = ofSource.flatMap(({ metadata: { namespace }, spec }) =>
        spec.egress.map((rule) => matchesRule(rule.to, rule.ports, namespace, to, target)),
    );
    const receives = ofTarget.flatMap(({ metadata: { namespace }, spec }) =>
        spec.ingress.map((rule) =>
            matchesRule([...rule.from, ...rule._from], rule.ports, namespace, from, target),
        ),
    );
    return (
        (ofSource.length === 0 || sends.includes(true)) && (ofTarget.length === 0 || receives.includes(true))
    );
}

function selects({ metadata, spec }: NetworkPolicy, pod: PolicyPod): boolean {
    return metadata.namespace === pod.namespace && matches(spec.podSelector, pod.labels);
}

function restricts({ spec }: NetworkPolicy, direction: "Ingress" | "Egress"): boolean {
    return (spec.policyTypes ?? ["Ingress", ...(spec.egress.length > 0 ? ["Egress"] : [])]).includes(
        direction,
    );
}

function matchesRule(
    peers: readonly PolicyPeer[],
    ports: readonly PolicyPort[],
    policyNamespace: string,
    other: PolicyPod,
    target: PolicyTarget,
): boolean {
    return (
        (peers.length === 0 || peers.some((peer) => matchesPeer(peer, policyNamespace, other))) &&
        (ports.length === 0 || ports.some((port) => matchesPort(port, target)))
    );
}

function matchesPeer(peer: PolicyPeer, policyNamespace: string, pod: PolicyPod): boolean {
    if (peer.ipBlock !== undefined) {
        const { cidr, except } = peer.ipBlock;
        return pod.ip !== undefined && contains([cidr], pod.ip) && !contains(except, pod.ip);
    }
    const namespaceMatches =
        peer.namespaceSelector === undefined
            ? pod.namespace === policyNamespace
            : matches(peer.namespaceSelector, pod.namespaceLabels);
    return namespaceMatches && (peer.podSelector === undefined || matches(peer.podSelector, pod.labels));
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
    { protocol, port, endPort }: PolicyPort,
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

function matches({ matchLabels, matchExpressions }: Selector, labels: Labels): boolean {
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every(({ key, operator, values }) => {
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
            }
        })
    );
}
