import * as kubernetes from "@pulumi/kubernetes";
import { expect } from "chai";
import { Application, connectToCluster, Credentials } from "../../../components";
import {
    CreatedResource,
    createdResources,
    resourceNamed,
    valueAt,
} from "../../../rendering/created-resources";

function application(): Promise<CreatedResource[]> {
    return createdResources(() => {
        const cluster = connectToCluster("cluster", { context: "kind-multitier" });
        new Application("app", { cluster, namespace: "shop" });
    });
}

describe("the application's namespace", () => {
    it("enforces the Pod Security Standard restricted", async () => {
        const { inputs } = resourceNamed(await application(), "Namespace", "app-namespace");
        expect(valueAt(inputs, "metadata.name")).to.equal("shop");
        expect(valueAt(inputs, "metadata.labels")).to.have.property(
            "pod-security.kubernetes.io/enforce",
            "restricted",
        );
    });

    it("is created by a provider that can't adopt an existing one, and nothing else is", async () => {
        const resources = await application();
        const serverSideApply = (name: string): unknown =>
            resourceNamed(resources, "kubernetes", name).inputs["enableServerSideApply"];
        expect(serverSideApply("cluster-namespaces")).to.equal("false");
        expect(serverSideApply("cluster")).to.equal(undefined);
        const byNamespaceProvider = resources.filter(
            ({ options }) => options.provider instanceof kubernetes.Provider,
        );
        expect(byNamespaceProvider.map(({ name }) => name)).to.include("app-namespace");
    });

    it("carries an identifier that is made with the state, by which no other state's is taken for it", async () => {
        const resources = await application();
        const identity = resourceNamed(resources, "RandomUuid", "app-identity");
        // Whatever made it anew would make the stack a stranger to its own namespace.
        expect(identity.inputs).to.deep.equal({});
        expect(identity.urn).to.equal(
            "multitier:components:Application$random:index/randomUuid:RandomUuid::app-identity",
        );
        const { inputs } = resourceNamed(resources, "Namespace", "app-namespace");
        expect(valueAt(inputs, "metadata.annotations")).to.deep.equal({
            "multitier/identity": "generated-for-app-identity",
        });
    });

    it("denies all traffic that no tier declares", async () => {
        const { inputs } = resourceNamed(await application(), "NetworkPolicy", "app-deny-all-policy");
        expect(inputs["spec"]).to.deep.equal({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    });

    it("is reached by the named context alone, with client limits that don't slow down a large stack", async () => {
        const { inputs } = resourceNamed(await application(), "kubernetes", "cluster");
        expect(inputs["context"]).to.equal("kind-multitier");
        expect(inputs["kubeClientSettings"]).to.equal('{"qps":1000,"burst":2000}');
    });
});

describe("the credentials", () => {
    it("are generated, without characters that SQL would read, and anew when their version is raised", async () => {
        const resources = await createdResources(() => {
            new Credentials("credentials", { namespace: "shop", versions: { mysql: 7 } });
        });
        const password = (user: string): CreatedResource =>
            resourceNamed(resources, "RandomPassword", `credentials-${user}-password`);
        expect(password("mysql").inputs).to.deep.equal({
            length: 32,
            special: false,
            keepers: { version: "7" },
        });
        expect(password("mysql-root").inputs["keepers"]).to.deep.equal({ version: "1" });
        expect(password("redis").inputs["keepers"]).to.deep.equal({ version: "1" });
    });

    it("are never protected, since a protected password can't be rotated", async () => {
        const resources = await createdResources(() => new Credentials("credentials", { namespace: "shop" }));
        expect(resources.every(({ options }) => options.protect !== true)).to.equal(true);
    });

    it("reach the tiers in immutable Secrets", async () => {
        const resources = await createdResources(() => new Credentials("credentials", { namespace: "shop" }));
        for (const user of ["mysql", "redis"]) {
            const secret = resourceNamed(resources, "Secret", `credentials-${user}`);
            expect(secret.inputs["immutable"]).to.equal(true);
            expect(secret.secretInputs).to.deep.equal(["stringData"]);
        }
    });
});
