import { expect } from "chai";
import { allowsConnection, PolicyPod } from "../../cli/verify/network-policies.ts";
import { projectFolder } from "../../cli/session/project.ts";
import { CreatedResource } from "../../rendering/created-resources";
import { renderProgram } from "../../rendering/render-program";
import { valueAt } from "../created-resource";
import { policiesAmong } from "./network-policies.ts";

function render(config: Readonly<Record<string, unknown>> = {}): Promise<readonly CreatedResource[]> {
    return renderProgram(projectFolder, "dev", {
        "multitier:context": "kind-multitier",
        "multitier:existingNamespace": "team-a",
        ...config,
    });
}

function pod(labels: Readonly<Record<string, string>>): PolicyPod {
    return { namespace: "team-a", namespaceLabels: { "kubernetes.io/metadata.name": "team-a" }, labels };
}

describe("a stack in a namespace that exists", () => {
    let resources: readonly CreatedResource[];
    let objects: readonly CreatedResource[];
    before(async () => {
        resources = await render();
        objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    });

    it("has no Namespace, and all of its objects in that one", () => {
        expect(objects).to.have.length.above(30);
        const others = objects.filter(({ inputs }) => valueAt(inputs, "metadata.namespace") !== "team-a");
        expect(others.map(({ name }) => name)).to.deep.equal([]);
    });

    it("creates what has a fixed name by the provider that can't adopt a stranger's, and nothing else", () => {
        const fixed = objects.filter(({ inputs }) => valueAt(inputs, "metadata.name") !== undefined);
        const careful = objects.filter(({ provider }) => provider === "cluster-namespaces");
        expect(fixed.map(({ inputs }) => String(valueAt(inputs, "metadata.name"))).sort()).to.deep.equal([
            ...["client", "mysql", "mysql-data", "redis", "redis-data", "server", "worker"],
        ]);
        expect(careful).to.have.members(fixed);
        const provider = resources.find(({ name }) => name === "cluster-namespaces");
        expect(provider?.inputs["enableServerSideApply"]).to.equal("false");
    });

    it("has policies of its tiers' pods alone, of each for both directions", () => {
        const tiers = ["client", "mysql", "redis", "server", "worker"];
        const policies = policiesAmong(resources);
        const labels = policies.map(({ spec }) => spec?.podSelector?.matchLabels?.["app.kubernetes.io/name"]);
        expect([...new Set(labels)].sort()).to.deep.equal(tiers);
        for (const tier of tiers) {
            const types = policies
                .filter((_, index) => labels[index] === tier)
                .flatMap(({ spec }) => spec?.policyTypes ?? []);
            expect([...new Set(types)].sort(), tier).to.deep.equal(["Egress", "Ingress"]);
        }
    });

    it("leaves strangers there to each other, and is closed to them", () => {
        const policies = policiesAmong(resources);
        const [client, cache] = [pod({ app: "client" }), pod({ app: "cache" })];
        const at = (port: number) => ({ protocol: "TCP" as const, port });
        expect(allowsConnection(policies, client, cache, at(6379))).to.equal(true);
        const redis = pod({ "app.kubernetes.io/name": "redis" });
        expect(allowsConnection(policies, client, redis, at(6379))).to.equal(false);
        expect(allowsConnection(policies, redis, cache, at(6379))).to.equal(false);
    });

    it("carries the state's identifier on each object and pod, by which others with its labels aren't taken for it", () => {
        for (const { inputs, name, type } of objects) {
            const labels = [
                valueAt(inputs, "metadata.labels"),
                ...(type.endsWith(":Deployment") ? [valueAt(inputs, "spec.template.metadata.labels")] : []),
            ];
            for (const each of labels) {
                expect(each, name).to.include({ "multitier/identity": "generated-for-app-identity" });
            }
        }
    });

    it("reads no other namespace than that, and this only where its UID is to be compared", async () => {
        const read = async (config?: Readonly<Record<string, unknown>>): Promise<unknown[]> =>
            (await render(config))
                .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
                .map(({ options }) => options.id);
        expect(await read()).to.deep.equal([]);
        expect(await read({ "multitier:clusterUid": "uid-1" })).to.deep.equal(["team-a"]);
    });
});
