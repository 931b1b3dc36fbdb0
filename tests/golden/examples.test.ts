import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import * as v from "valibot";
import { requirementsOf } from "../../cli/session/example-requirements.ts";
import { exampleNames } from "../../cli/session/project.ts";
import { valueAt } from "../created-resource";
import { RenderedProgram } from "../../rendering/render-program";
import { allowsConnection, PolicyPod } from "../../cli/verify/network-policies.ts";
import { topologySchema } from "../../cli/session/outputs.ts";
import { isDeclared } from "../../cli/verify/subject.ts";
import { goldenExampleFile, renderedExample, renderedManifests } from "./rendered-stack";
import { readNetworkPolicy } from "./network-policies.ts";

/** The declarations of each example: as in the table of examples/README.md. */
const connections: Readonly<Record<string, readonly string[]>> = {
    "frontend-backend": ["frontend -> backend", "backend -> mysql", "backend -> redis"],
    "mysql-lab": ["client -> mysql-service"],
    "two-apps": ["app1 -> app2"],
    "user-payment": ["payment-service -> user-service"],
};

it("there is a golden manifest for each of the examples", () => {
    expect(exampleNames()).to.deep.equal(Object.keys(connections));
});

for (const [example, declared] of Object.entries(connections)) {
    describe(`the example ${example}`, () => {
        let rendered: RenderedProgram;
        before(async () => {
            rendered = await renderedExample(example);
        });

        const inputsOf = (kind: string): Readonly<Record<string, unknown>>[] =>
            rendered.resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs);

        it("is what its golden manifests say (after a wanted change: npm run golden, and review the diff)", () => {
            const file = goldenExampleFile(example);
            expect(renderedManifests(rendered.resources)).to.equal(
                existsSync(file) ? readFileSync(file, "utf8") : "",
            );
        });

        it("has a namespace of its own name, which `up` knows before it runs the program", () => {
            expect(requirementsOf(rendered.resources)).to.include({ context: "kind-multitier", namespace: example });
        });

        it("has its own labels on every object, so that removing it removes nothing else", () => {
            const objects = rendered.resources.filter(({ type }) => type.startsWith("kubernetes:"));
            for (const { inputs, name } of objects) {
                expect(valueAt(inputs, "metadata.labels"), name).to.include({
                    "app.kubernetes.io/part-of": example,
                    "app.kubernetes.io/instance": "dev",
                });
            }
        });

        it("has ClusterIP Services alone", () => {
            const types = inputsOf("Service").map((service) => valueAt(service, "spec.type"));
            expect(new Set(types)).to.deep.equal(new Set(["ClusterIP"]));
        });

        it("lets exactly the connections through that it is there to show", () => {
            const topology = v.parse(topologySchema, valueAt(rendered.outputs, "topology"));
            const policies = inputsOf("NetworkPolicy").map(readNetworkPolicy);
            const ports = new Map(
                inputsOf("Service").map((service) => [
                    valueAt(service, "metadata.name"),
                    Number(valueAt(service, "spec.ports.0.port")),
                ]),
            );
            const pod = (tier: string): PolicyPod => ({
                namespace: example,
                namespaceLabels: { "kubernetes.io/metadata.name": example },
                labels: { "app.kubernetes.io/name": tier },
            });
            const tiers = Object.keys(topology.tiers);
            const pairs = tiers.flatMap((from) => tiers.map((to) => ({ from, to, name: `${from} -> ${to}` })));
            const allowed = pairs.filter(({ from, to }) =>
                allowsConnection(policies, pod(from), pod(to), { protocol: "TCP", port: ports.get(to) ?? 0 }),
            );
            expect(allowed.map(({ name }) => name)).to.have.members(declared);
            expect(
                pairs.filter(({ from, to }) => isDeclared(topology, from, to)).map(({ name }) => name),
            ).to.have.members(declared);
        });
    });
}
