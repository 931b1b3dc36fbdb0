import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { CreatedResource } from "../../rendering/created-resources";
import { valueAt } from "../created-resource";
import { goldenFile, goldenStacks, renderedManifests, stackResources } from "./rendered-stack";

for (const [stack, stackFile] of goldenStacks()) {
    describe(`the stack ${stack}`, () => {
        let resources: readonly CreatedResource[];
        before(async () => {
            resources = await stackResources(stack, stackFile);
        });

        const ofKind = (kind: string): readonly CreatedResource[] => resources.filter(({ type }) => type.endsWith(`:${kind}`));

        it("is what its golden manifests say (after a wanted change: npm run golden, and review the diff)", () => {
            const file = goldenFile(stack);
            expect(renderedManifests(resources)).to.equal(existsSync(file) ? readFileSync(file, "utf8") : "");
        });

        it("has no Service that can be reached from outside", () => {
            const services = ofKind("Service");
            expect(services).to.have.length(5);
            expect(new Set(services.map(({ inputs }) => valueAt(inputs, "spec.type")))).to.deep.equal(
                new Set(["ClusterIP"]),
            );
        });

        it("has secrets in its Secrets alone", () => {
            const elsewhere = resources.filter(
                ({ type, secretInputs }) => secretInputs.length > 0 && !type.endsWith(":Secret"),
            );
            expect(elsewhere.map(({ name }) => name)).to.deep.equal([]);
            expect(ofKind("Secret").every(({ secretInputs }) => secretInputs.includes("stringData"))).to.equal(true);
        });

        it("makes every ConfigMap and Secret immutable and auto-named, so that new data rolls its readers", () => {
            const objects = [...ofKind("ConfigMap"), ...ofKind("Secret")];
            expect(objects).to.have.length.above(0);
            for (const { inputs, name } of objects) {
                expect(inputs["immutable"], name).to.equal(true);
                expect(inputs, name).to.not.have.nested.property("metadata.name");
            }
        });

        it("carries the stack's labels on every object, by which `up` finds what a killed run left", () => {
            for (const { inputs, name } of resources.filter(({ type }) => type.startsWith("kubernetes:"))) {
                expect(valueAt(inputs, "metadata.labels"), name).to.include({
                    "app.kubernetes.io/part-of": "multitier",
                    "app.kubernetes.io/instance": stack,
                    "app.kubernetes.io/managed-by": "pulumi",
                });
            }
        });
    });
}
