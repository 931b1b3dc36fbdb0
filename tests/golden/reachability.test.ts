import type { V1NetworkPolicy } from "@kubernetes/client-node";
import { expect } from "chai";
import * as v from "valibot";
import {
    allowsConnection,
    PolicyPod,
    PolicyTarget,
} from "../../cli/verify/network-policies.ts";
import { RenderedProgram } from "../../rendering/render-program";
import { topologySchema, StackTopology } from "../../cli/session/outputs.ts";
import { isDeclared } from "../../cli/verify/subject.ts";
import { parseSettings } from "../../settings/parse";
import { readStackFile } from "../../settings/stack-file";
import { resourceNamed, valueAt } from "../created-resource";
import { goldenStacks, renderedStack } from "./rendered-stack";
import { policiesAmong } from "./network-policies.ts";

function inNamespace(namespace: string, labels: Readonly<Record<string, string>>): PolicyPod {
    return { namespace, namespaceLabels: { "kubernetes.io/metadata.name": namespace }, labels };
}

/** A name server at an address of the node itself. */
function atNode(ip: string): PolicyPod {
    return { ...inNamespace("", {}), ip };
}

/** Who could connect to whom, and to what: the stack's tiers, and pods that are none. */
interface Matrix {
    readonly sources: Readonly<Record<string, PolicyPod>>;
    readonly targets: Readonly<Record<string, { readonly pod: PolicyPod; readonly target: PolicyTarget }>>;
}

function labelsOf(value: unknown): Record<string, string> {
    return Object.fromEntries(
        Object.entries(Object(value) as object).map(([key, label]) => [key, String(label)]),
    );
}

function matrix({ resources }: RenderedProgram, { tiers }: StackTopology, stackFile: string): Matrix {
    const { namespace, ingress, dns } = parseSettings(readStackFile(stackFile));
    const dnsPod = inNamespace(dns.namespace, dns.podLabels);
    const pods = Object.keys(tiers).map((tier) => {
        const { inputs } = resourceNamed(resources, "Deployment", `${tier}-deployment`);
        const labels = labelsOf(valueAt(inputs, "spec.template.metadata.labels"));
        const { inputs: service } = resourceNamed(resources, "Service", `${tier}-service`);
        const port = Number(valueAt(service, "spec.ports.0.port"));
        return { tier, pod: inNamespace(namespace, labels), port };
    });
    return {
        sources: {
            ...Object.fromEntries(pods.map(({ tier, pod }) => [tier, pod])),
            "a stranger in the namespace": inNamespace(namespace, { app: "stranger" }),
            // The labels of a tier are no pass from elsewhere.
            "a pod of another namespace": inNamespace("elsewhere", {
                "app.kubernetes.io/name": "server",
            }),
            "the ingress controller": inNamespace(
                ingress.controller.namespace,
                ingress.controller.podLabels,
            ),
            // On the host network, the controller has its node's address and no labels.
            ...Object.fromEntries(
                ingress.controller.cidrs.map((cidr) => [
                    `the ingress controller at ${cidr}`,
                    atNode(cidr.split("/")[0] ?? ""),
                ]),
            ),
        },
        targets: {
            ...Object.fromEntries(
                pods.map(({ tier, pod, port }) => [tier, { pod, target: { protocol: "TCP", port } }]),
            ),
            "DNS by UDP": { pod: dnsPod, target: { protocol: "UDP", port: dns.port } },
            "DNS by TCP": { pod: dnsPod, target: { protocol: "TCP", port: dns.port } },
            "DNS by NodeLocal DNSCache": {
                pod: atNode("169.254.20.10"),
                target: { protocol: "UDP", port: 53 },
            },
            "DNS by a cloud's resolver": {
                pod: atNode("169.254.169.254"),
                target: { protocol: "UDP", port: 53 },
            },
            "the cloud's metadata": {
                pod: atNode("169.254.169.254"),
                target: { protocol: "TCP", port: 80 },
            },
        },
    };
}

/** Every pair that can connect, as `server -> mysql`. */
function connections(policies: readonly V1NetworkPolicy[], { sources, targets }: Matrix): string[] {
    return Object.entries(sources).flatMap(([from, source]) =>
        Object.entries(targets)
            .filter(([to, { pod, target }]) => from !== to && allowsConnection(policies, source, pod, target))
            .map(([to]) => `${from} -> ${to}`),
    );
}

/** Every pair that the topology wants to connect. */
function wanted(topology: StackTopology, { sources, targets }: Matrix): string[] {
    const routed = new Set(Object.values(topology.routes));
    return Object.keys(sources).flatMap((from) =>
        Object.keys(targets)
            .filter((to) => {
                // The stack's policies restrict nobody elsewhere.
                const elsewhere =
                    from === "a pod of another namespace" || from.startsWith("the ingress controller");
                if (to.startsWith("DNS")) {
                    return elsewhere || Object.hasOwn(topology.tiers, from);
                }
                if (to === "the cloud's metadata") {
                    return elsewhere;
                }
                return (from.startsWith("the ingress controller") && routed.has(to)) || isDeclared(topology, from, to);
            })
            .map((to) => `${from} -> ${to}`),
    );
}

for (const [stack, stackFile] of goldenStacks()) {
    describe(`who reaches whom in the stack ${stack}, by its NetworkPolicies`, () => {
        let topology: StackTopology;
        let pairs: Matrix;
        let policies: readonly V1NetworkPolicy[];

        before(async () => {
            const rendered = await renderedStack(stack, stackFile);
            topology = v.parse(topologySchema, valueAt(rendered.outputs, "topology"));
            pairs = matrix(rendered, topology, stackFile);
            policies = policiesAmong(rendered.resources);
        });

        it("is exactly what the topology declares, for every pair", () => {
            expect(connections(policies, pairs)).to.deep.equal(wanted(topology, pairs));
        });

        it("is the picture in the README, so that a topology that nobody meant is seen here", () => {
            const declared = Object.entries(topology.tiers).flatMap(([from, { connectsTo }]) =>
                connectsTo.map((to) => `${from} -> ${to}`),
            );
            expect(declared).to.have.members([
                "server -> mysql",
                "server -> redis",
                "worker -> mysql",
                "worker -> redis",
            ]);
            expect(topology.routes).to.deep.equal({ "/": "client", "/api": "server" });
        });

        it("would change without any one of the policies: none is there in vain, and none is missed", () => {
            for (const policy of policies) {
                const without = policies.filter((other) => other !== policy);
                expect(connections(without, pairs), policy.metadata?.name).to.not.deep.equal(
                    wanted(topology, pairs),
                );
            }
        });
    });
}
