import {
    ApiException,
    V1NetworkPolicy,
    V1NetworkPolicySpec,
    type KubernetesObject,
} from "@kubernetes/client-node";
import { expect } from "chai";

import { declaredObject, type DeclaredObject } from "../../../cli/kubernetes/declared-object.ts";
import { ownsAll } from "../../../cli/kubernetes/field-ownership.ts";
import { driftInWords, findDrift, setBack } from "../../../cli/preview/drift.ts";
import { signatureKey } from "../../../rendering/names.ts";

const fieldManager = "pulumi-kubernetes-1234";

/** A Deployment as the engine keeps it. */
function deployment(spec: Record<string, unknown>): DeclaredObject {
    const inputs = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "server-1", namespace: "shop", labels: { "app.kubernetes.io/name": "server" } },
        spec,
    };
    const object = declaredObject({ inputs, outputs: { __fieldManager: fieldManager } });
    if (object === undefined) {
        throw new Error("The object is none that is applied.");
    }
    return object;
}

/** The object in the cluster, with the fields that its manager owns. */
function inCluster(
    spec: object,
    owned: object,
    others: Readonly<Record<string, object>> = {},
): KubernetesObject {
    const entry = (manager: string, operation: string, fields: object) => ({
        manager,
        operation,
        fieldsV1: { "f:spec": fields },
    });
    const own = entry(fieldManager, "Apply", owned);
    return Object.assign(
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: {
                name: "server-1",
                namespace: "shop",
                managedFields: [
                    {
                        ...own,
                        fieldsV1: {
                            ...own.fieldsV1,
                            "f:metadata": { "f:labels": { "f:app.kubernetes.io/name": {} } },
                        },
                    },
                    ...Object.entries(others).map(([manager, fields]) => entry(manager, "Update", fields)),
                ],
            },
        },
        { spec },
    );
}

/** A cluster that answers a dry run, and keeps what is applied for good. */
function cluster(answer: () => KubernetesObject) {
    const applied: DeclaredObject[] = [];
    const apply = (object: DeclaredObject, dryRun: boolean): Promise<KubernetesObject> => {
        if (!dryRun) {
            applied.push(object);
        }
        return Promise.resolve().then(answer);
    };
    return { client: { declared: { apply } }, applied };
}

const server = { name: "server", image: "server:1", ports: [{ containerPort: 8080 }] };
const ownedServer = {
    ".": {},
    "f:name": {},
    "f:image": {},
    "f:ports": { 'k:{"containerPort":8080,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
};

describe("the ownership of an object's fields", () => {
    const declared = deployment({ replicas: 2, containers: [server], args: ["a", "b"] });
    const owned = {
        "f:replicas": {},
        "f:containers": { 'k:{"name":"server"}': ownedServer },
        "f:args": {},
    };

    it("is whole where nobody has changed anything, whatever others have added", () => {
        expect(ownsAll(declared, inCluster({}, owned, { kubectl: { "f:paused": {} } }))).to.equal(true);
    });

    for (const { lost, fields } of [
        { lost: "a field", fields: { ...owned, "f:replicas": undefined } },
        {
            lost: "a field of a list's item",
            fields: {
                ...owned,
                "f:containers": { 'k:{"name":"server"}': { ...ownedServer, "f:image": undefined } },
            },
        },
        { lost: "an item of a list", fields: { ...owned, "f:containers": { 'k:{"name":"other"}': {} } } },
        { lost: "a list that is owned as a whole", fields: { ...owned, "f:args": undefined } },
    ]) {
        it(`is not when ${lost} is another's`, () => {
            expect(ownsAll(declared, inCluster({}, fields))).to.equal(false);
        });
    }

    it("is not where the provider's manager has nothing", () => {
        expect(ownsAll(declared, {})).to.equal(false);
    });
});

describe("an object that the engine knows", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "password" } };

    it("is not compared with the cluster where it has a secret, whose value is not known", () => {
        const secret = { ...inputs, stringData: { [signatureKey]: "1b47061264138c4ac30d75fd1eb44270" } };
        expect(declaredObject({ inputs: secret, outputs: { __fieldManager: fieldManager } })).to.equal(
            undefined,
        );
    });

    it("is not compared where the provider doesn't apply it", () => {
        expect(declaredObject({ inputs, outputs: {} })).to.equal(undefined);
        expect(declaredObject({ inputs: { length: 32 }, outputs: { result: "" } })).to.equal(undefined);
    });
});

describe("drift", () => {
    const declared = deployment({ replicas: 2, args: ["a"] });
    const asDeclared = inCluster({ replicas: 2, args: ["a"] }, { "f:replicas": {}, "f:args": {} });
    const scaled = inCluster(
        { replicas: 5, args: ["a"] },
        { "f:args": {} },
        { kubectl: { "f:replicas": {} }, "kube-controller-manager": { "f:status": {} } },
    );
    const setBackByDryRun = inCluster(
        { replicas: 2, args: ["a"] },
        { "f:replicas": {}, "f:args": {} },
        { "kube-controller-manager": { "f:status": {} } },
    );

    it("is none, and nothing is asked, where all fields are the program's own", async () => {
        const { client } = cluster(() => {
            throw new Error("Nobody should have asked.");
        });
        expect(await findDrift(client, [declared], [asDeclared])).to.deep.equal({
            drifts: [],
            unknown: undefined,
        });
    });

    it("is none of an object that the cluster doesn't have, which an up makes again", async () => {
        const { client } = cluster(() => setBackByDryRun);
        expect((await findDrift(client, [declared], [])).drifts).to.deep.equal([]);
    });

    it("names the field, both values and who changed it", async () => {
        const { client } = cluster(() => setBackByDryRun);
        const { drifts } = await findDrift(client, [declared], [scaled]);
        expect(drifts.map(driftInWords)).to.deep.equal([
            "was changed in the cluster, by kubectl: spec.replicas 2 → 5 (up sets it back).",
        ]);
    });

    it("names a list without names as a whole", async () => {
        const { client } = cluster(() => setBackByDryRun);
        const edited = inCluster(
            { replicas: 2, args: ["a", "b"] },
            { "f:replicas": {} },
            { k9s: { "f:args": {} } },
        );
        const { drifts } = await findDrift(client, [declared], [edited]);
        expect(drifts.map(driftInWords)).to.deep.equal([
            "was changed in the cluster, by k9s: spec.args (up sets it back).",
        ]);
    });

    it("leaves the replicas to an autoscaler of the program, though the state knows a number", async () => {
        const autoscaler = declaredObject({
            inputs: {
                apiVersion: "autoscaling/v2",
                kind: "HorizontalPodAutoscaler",
                metadata: { name: "server-autoscaler-1", namespace: "shop" },
                spec: { scaleTargetRef: { kind: "Deployment", name: "server-1" } },
            },
            outputs: { __fieldManager: fieldManager },
        });
        const { client } = cluster(() => {
            throw new Error("Nobody should have asked.");
        });
        const { drifts } = await findDrift(client, autoscaler ? [declared, autoscaler] : [], [scaled]);
        expect(drifts).to.deep.equal([]);
    });

    it("is told with the API server's words where it can't be set back", async () => {
        const { client, applied } = cluster(() => {
            throw new ApiException(422, "Unprocessable", { message: "a claim can't shrink" }, {});
        });
        const { drifts } = await findDrift(client, [declared], [scaled]);
        expect(drifts.map(driftInWords)).to.deep.equal([
            "can't be set back to what the program declares: a claim can't shrink",
        ]);
        await setBack(client, drifts);
        expect(applied).to.deep.equal([]);
    });

    it("is not known to somebody who may not change the objects", async () => {
        const { client } = cluster(() => {
            throw new ApiException(403, "Forbidden", { message: "you may not patch it" }, {});
        });
        expect(await findDrift(client, [declared], [scaled])).to.deep.equal({
            drifts: [],
            unknown: "you may not patch it",
        });
    });

    it("is a rule in a NetworkPolicy that declares none, which the provider leaves out", async () => {
        const metadata = { name: "deny-all-1", namespace: "shop", labels: { team: "checkout" } };
        const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
        const identity = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
        const policy = declaredObject({
            inputs: { ...identity, metadata, spec },
            outputs: { __fieldManager: fieldManager },
        });
        const fieldsV1 = {
            "f:metadata": { "f:labels": { "f:team": {} } },
            "f:spec": { "f:podSelector": {}, "f:policyTypes": {} },
        };
        const own = { manager: fieldManager, operation: "Apply", fieldsV1 };
        const live = Object.assign(
            { ...identity, metadata: { ...metadata, managedFields: [own] } },
            { spec },
        );
        const { metadata: liveMetadata } = live;
        // As the client answers.
        const widened = Object.assign(new V1NetworkPolicy(), identity, {
            metadata: liveMetadata,
            spec: Object.assign(new V1NetworkPolicySpec(), spec, { ingress: [{}] }),
        });
        const { client } = cluster(() => live);
        const found = async (object: KubernetesObject) =>
            (await findDrift(client, policy ? [policy] : [], [object])).drifts.map(driftInWords);
        expect(policy?.inputs).to.have.nested.property("spec.ingress").that.deep.equals([]);
        expect(await found(live)).to.deep.equal([]);
        expect(await found(widened)).to.deep.equal([
            "was changed in the cluster: spec.ingress unset → [{}] (up sets it back).",
        ]);
    });

    it("is set back by applying the object as it was declared", async () => {
        const { client, applied } = cluster(() => setBackByDryRun);
        await setBack(client, (await findDrift(client, [declared], [scaled])).drifts);
        expect(applied).to.deep.equal([declared]);
    });
});
