import { expect } from "chai";
import { readState, withoutPendingOperations } from "../../../cluster/stack-state.ts";

const deployment = {
    manifest: { magic: "x" },
    resources: [
        { urn: "urn:pulumi:dev::multitier::pulumi:pulumi:Stack::multitier-dev", type: "pulumi:pulumi:Stack" },
        { urn: "u:ns", type: "kubernetes:core/v1:Namespace", id: "shop", custom: true },
        {
            urn: "u:pvc",
            type: "kubernetes:core/v1:PersistentVolumeClaim",
            id: "shop/mysql-data",
            protect: true,
        },
        { urn: "u:pw", type: "random:index/randomPassword:RandomPassword", id: "none" },
        { urn: "u:new", type: "kubernetes:apps/v1:Deployment" },
    ],
    pending_operations: [{ type: "creating", resource: { urn: "u:new" } }],
};

describe("a stack's state", () => {
    it("knows Kubernetes objects by kind, namespace and name, once they have an ID", () => {
        expect(readState(deployment).objects).to.deep.equal([
            { kind: "Namespace", namespace: undefined, name: "shop", urn: "u:ns", protect: false },
            {
                kind: "PersistentVolumeClaim",
                namespace: "shop",
                name: "mysql-data",
                urn: "u:pvc",
                protect: true,
            },
        ]);
    });

    it("counts everything, and tells what was under way", () => {
        expect(readState(deployment)).to.deep.include({ resources: 5, pending: ["u:new"] });
    });

    it("is empty for a stack that has nothing yet", () => {
        expect(readState({ manifest: {} })).to.deep.equal({ resources: 0, objects: [], pending: [] });
        expect(readState({ resources: null })).to.deep.equal({ resources: 0, objects: [], pending: [] });
    });

    it("loses nothing but the pending operations when they are dropped", () => {
        expect(withoutPendingOperations(deployment)).to.deep.equal({ ...deployment, pending_operations: [] });
    });
});
