import { expect } from "chai";
import { componentKinds } from "../../cli/kubernetes/live-object";
import { goldenStacks, stackResources } from "./rendered-stack";

describe("the kinds of objects that up looks for after a killed run", () => {
    it("are those that the components create in the namespace, but for the claims", async () => {
        const created = new Set<string>();
        for (const [stack, stackFile] of goldenStacks()) {
            for (const { type, inputs } of await stackResources(stack, stackFile)) {
                if (type.startsWith("kubernetes:")) {
                    created.add(`${String(inputs["apiVersion"])} ${String(inputs["kind"])}`);
                }
            }
        }
        for (const kept of ["v1 Namespace", "v1 PersistentVolumeClaim"]) {
            created.delete(kept);
        }
        expect([...created].sort()).to.deep.equal(
            componentKinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort(),
        );
    });
});
