import { expect } from "chai";
import { signatureKey } from "../../../rendering/names.ts";
import { readState, withoutPendingOperations } from "../../../cli/session/state-file.ts";

const deployment = {
    manifest: { magic: "x" },
    resources: [
        {
            urn: "urn:pulumi:dev::multitier::pulumi:pulumi:Stack::multitier-dev",
            type: "pulumi:pulumi:Stack",
            outputs: {
                url: "http://localhost:8080/",
                password: { [signatureKey]: "1b47", ciphertext: "v1:" },
            },
        },
        {
            urn: "u:ns",
            type: "kubernetes:core/v1:Namespace",
            id: "shop",
            custom: true,
            outputs: { metadata: { name: "shop", uid: "uid-1" } },
        },
        {
            urn: "u::multitier:components:Application$random:index/randomUuid:RandomUuid::app-identity",
            type: "random:index/randomUuid:RandomUuid",
            id: "uuid-1",
            outputs: { result: "uuid-1" },
        },
        {
            urn: "u::random:index/randomUuid:RandomUuid::the-program's-own",
            type: "random:index/randomUuid:RandomUuid",
            id: "uuid-2",
            outputs: { result: "uuid-2" },
        },
        {
            urn: "u:pvc",
            type: "kubernetes:core/v1:PersistentVolumeClaim",
            id: "shop/mysql-data",
            protect: true,
        },
        {
            urn: "u:read",
            type: "kubernetes:core/v1:Namespace",
            id: "kube-system",
            custom: true,
            external: true,
            outputs: { metadata: { name: "kube-system", uid: "uid-0" } },
        },
        { urn: "u:pw", type: "random:index/randomPassword:RandomPassword", id: "none" },
        { urn: "u:new", type: "kubernetes:apps/v1:Deployment" },
    ],
    pending_operations: [{ type: "creating", resource: { urn: "u:new" } }],
};

describe("a stack's state", () => {
    it("knows Kubernetes objects by kind, namespace and name, once they have an ID", () => {
        expect(readState(deployment).objects).to.deep.equal([
            {
                kind: "Namespace",
                namespace: undefined,
                name: "shop",
                urn: "u:ns",
                uid: "uid-1",
                protect: false,
            },
            {
                kind: "PersistentVolumeClaim",
                namespace: "shop",
                name: "mysql-data",
                urn: "u:pvc",
                uid: undefined,
                protect: true,
            },
        ]);
    });

    it("knows the identifier that the application made for its namespace, and none else", () => {
        expect(readState(deployment).identities).to.deep.equal(["uuid-1"]);
    });

    it("has the stack's outputs, without the secret ones", () => {
        expect(readState(deployment).outputs).to.deep.equal({ url: "http://localhost:8080/" });
    });

    it("counts everything, and tells what was under way", () => {
        expect(readState(deployment)).to.deep.include({ resources: 8, pending: ["u:new"] });
    });

    it("is empty for a stack that has nothing yet", () => {
        const empty = { resources: 0, objects: [], declared: [], identities: [], outputs: {}, pending: [] };
        expect(readState({ manifest: {} })).to.deep.equal(empty);
        expect(readState({ resources: null })).to.deep.equal(empty);
    });

    it("loses nothing but the pending operations when they are dropped", () => {
        expect(withoutPendingOperations(deployment)).to.deep.equal({ ...deployment, pending_operations: [] });
    });
});
