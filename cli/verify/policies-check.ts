import type { V1EndpointSlice, V1NetworkPolicy, V1Pod, V1Service } from "@kubernetes/client-node";

import { tierLabel } from "../../components/labels.ts";
import { readyEndpoints } from "../explain/pod-status.ts";
import type { Context } from "./context.ts";
import { allowsConnection, type PolicyPod } from "./network-policies.ts";
import { runLabel } from "./probe-manifests.ts";
import { tooWideRemedy } from "./reachability-verdict.ts";
import { checkRow, type Row } from "./row.ts";
import { isDeclared, type LiveTier } from "./subject.ts";

/** Reads the NetworkPolicies of an application's namespace, without those of verify itself. */
export async function livePolicies({ client, declared }: Context): Promise<V1NetworkPolicy[]> {
    const { namespace } = declared;
    const { items } = await client.networking.listNamespacedNetworkPolicy({ namespace });
    return items.filter(({ metadata }) => metadata?.labels?.[runLabel] === undefined);
}

/** The pods of a tier as NetworkPolicies see them. */
export function policyPod({ name, deployment }: LiveTier, namespace: string): PolicyPod {
    return {
        namespace,
        namespaceLabels: { "kubernetes.io/metadata.name": namespace },
        labels: deployment?.spec?.template.metadata?.labels ?? { [tierLabel]: name },
    };
}

/**
 * Checks the connections that the live NetworkPolicies allow where they are enforced: a cluster that enforces none hides
 * a wrong one.
 */
export function checkPolicies(context: Context): Promise<Row>[] {
    const { declared, tiers, refresh } = context;
    const { namespace, topology } = declared;
    const namespaceLabels = { "kubernetes.io/metadata.name": namespace };
    const policies = livePolicies(context);
    const podOf = (tier: LiveTier): PolicyPod => policyPod(tier, namespace);
    const sources = [
        ...tiers.map((tier) => ({ name: tier.name, pod: podOf(tier) })),
        { name: "a stranger", pod: { namespace, namespaceLabels, labels: {} } },
        {
            name: "another namespace",
            pod: { namespace: `${namespace}-other`, namespaceLabels: {}, labels: {} },
        },
    ];
    return sources.map(async ({ name, pod }) => {
        const others = tiers.filter((tier) => tier.name !== name);
        const wanted = others
            .filter((tier) => isDeclared(topology, name, tier.name))
            .map((tier) => tier.name);
        return await checkRow(
            {
                group: "Policies",
                from: name,
                to: "all tiers",
                what: "what the NetworkPolicies allow",
                expected: list(wanted),
            },
            0,
            async () => {
                const live = await policies;
                const allowed = others
                    .filter((tier) =>
                        allowsConnection(live, pod, podOf(tier), {
                            protocol: "TCP",
                            port: targetPort(tier),
                            portName: "main",
                        }),
                    )
                    .map((tier) => tier.name);
                return {
                    observed: list(allowed),
                    asExpected: list(allowed) === list(wanted),
                    why: whyDifferent(name, wanted, allowed, refresh),
                };
            },
        );
    });
}

function list(names: readonly string[]): string {
    return names.join(", ") || "nothing";
}

function targetPort({ deployment, port }: LiveTier): number {
    return deployment?.spec?.template.spec?.containers[0]?.ports?.[0]?.containerPort ?? port;
}

function whyDifferent(
    from: string,
    wanted: readonly string[],
    allowed: readonly string[],
    refresh: string,
): string {
    const missing = wanted.filter((name) => !allowed.includes(name));
    const excess = allowed.filter((name) => !wanted.includes(name));
    return [
        ...(missing.length > 0
            ? [
                  `The policies that let ${from} reach ${missing.join(" and ")} are missing or wrong. ` +
                      `Restore them: ${refresh}`,
              ]
            : []),
        ...(excess.length > 0
            ? [
                  `The policies let ${from} reach ${excess.join(" and ")}, which is not declared. ` +
                      tooWideRemedy(refresh),
              ]
            : []),
    ].join(" ");
}

/** Checks that only the Ingress leads to the tiers from outside. What others have in the namespace is theirs. */
export async function checkExposure({ client, declared, tiers }: Context): Promise<Row> {
    const { namespace } = declared;
    return await checkRow(
        {
            group: "Reachability",
            from: "outside",
            to: "all tiers",
            what: "ways in beside the Ingress",
            expected: "none",
        },
        0,
        async () => {
            const [{ items: services }, { items: slices }] = await Promise.all([
                client.core.listNamespacedService({ namespace }),
                client.discovery.listNamespacedEndpointSlice({ namespace }),
            ]);
            const pods = tiers.flatMap((tier) => tier.pods);
            const leadsToTier = ({ metadata, spec }: V1Service): boolean =>
                pods.some(
                    (pod) => isSelected(pod, spec?.selector ?? {}) || isListed(pod, metadata?.name, slices),
                );
            const exposed = [
                ...services
                    .filter(leadsToTier)
                    .filter(
                        ({ spec }) =>
                            spec?.type === "NodePort" ||
                            spec?.type === "LoadBalancer" ||
                            (spec?.externalIPs ?? []).length > 0,
                    )
                    .map(({ metadata, spec }) => {
                        const nodePorts = (spec?.ports ?? []).flatMap(({ nodePort }) =>
                            nodePort === undefined ? [] : [String(nodePort)],
                        );
                        const ports =
                            nodePorts.length > 0 ? ` at port ${nodePorts.join(", ")} of every node` : "";
                        return `the Service ${metadata?.name ?? ""} (${spec?.type ?? "external IP"}${ports})`;
                    }),
                ...pods
                    .filter(usesNodePorts)
                    .map(({ metadata }) => `the pod ${metadata?.name ?? ""} (a port of its node)`),
            ];
            return {
                observed: exposed.join(", ") || "none",
                asExpected: exposed.length === 0,
                why:
                    "Requests from outside that come another way than by the Ingress bypass its rules and its certificate. " +
                    `Make it a ClusterIP Service, or delete it: kubectl -n ${namespace} get services`,
            };
        },
    );
}

function isSelected({ metadata }: V1Pod, selector: Readonly<Record<string, string>>): boolean {
    const entries = Object.entries(selector);
    return entries.length > 0 && entries.every(([key, value]) => metadata?.labels?.[key] === value);
}

/** Tells if a pod is behind a Service without a selector, whose EndpointSlices somebody has written. */
function isListed(
    { status }: V1Pod,
    service: string | undefined,
    slices: readonly V1EndpointSlice[],
): boolean {
    const own = slices.filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === service);
    const addresses = own.flatMap(readyEndpoints).flatMap((endpoint) => endpoint.addresses);
    return (status?.podIPs ?? []).some(({ ip }) => addresses.includes(ip));
}

function usesNodePorts({ spec }: V1Pod): boolean {
    const hostPorts = (spec?.containers ?? [])
        .flatMap(({ ports }) => ports ?? [])
        .map(({ hostPort }) => hostPort);
    return spec?.hostNetwork === true || hostPorts.some((port) => port !== undefined && port > 0);
}
