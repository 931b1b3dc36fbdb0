import { expect } from "chai";
import { exampleNames } from "../../cli/session/project.ts";
import { CreatedResource } from "../../rendering/created-resources";
import { goldenStacks, renderedExample, stackResources } from "./rendered-stack";

const programs = new Map<string, () => Promise<readonly CreatedResource[]>>([
    ...[...goldenStacks()].map(
        ([stack, file]) => [`the stack ${stack}`, () => stackResources(stack, file)] as const,
    ),
    ...exampleNames().map(
        (example) =>
            [`the example ${example}`, async () => (await renderedExample(example)).resources] as const,
    ),
]);

// Server-side apply adopts an object that exists, and the stack then deletes it with all that is in it.
for (const [program, render] of programs) {
    describe(`the providers of ${program}`, () => {
        let resources: readonly CreatedResource[];
        let adopting: ReadonlySet<string>;
        before(async () => {
            resources = await render();
            adopting = new Set(
                resources
                    .filter(({ type }) => type === "pulumi:providers:kubernetes")
                    .filter(({ inputs }) => inputs["enableServerSideApply"] !== "false")
                    .map(({ name }) => name),
            );
        });

        it("are two, of which the one for the namespace cannot adopt a namespace that exists", () => {
            const namespaces = resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
            expect(namespaces).to.have.length(1);
            expect([...adopting]).to.deep.equal(["cluster"]);
            expect(namespaces.map(({ provider }) => provider)).to.deep.equal(["cluster-namespaces"]);
        });

        it("are named by every Kubernetes object, and all but the namespace go through the one for the rest", () => {
            const others = resources.filter(
                ({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:core/v1:Namespace",
            );
            expect(others).to.have.length.above(5);
            expect(new Set(others.map(({ provider }) => provider))).to.deep.equal(new Set(["cluster"]));
        });
    });
}
