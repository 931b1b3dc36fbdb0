import { expect } from "chai";

import { applyTraefik, awaitTraefik, traefikImages, traefikObjects } from "../../../../cli/kind/traefik.ts";
import { CommandFailure } from "../../../../cli/terminal/failure.ts";
import { fakeCluster } from "./fake-cluster.ts";

const resources: Readonly<Record<string, { readonly kind: string; readonly namespaced: boolean }>> = {
    namespaces: { kind: "Namespace", namespaced: false },
    serviceaccounts: { kind: "ServiceAccount", namespaced: true },
    deployments: { kind: "Deployment", namespaced: true },
    ingressclasses: { kind: "IngressClass", namespaced: false },
    clusterroles: { kind: "ClusterRole", namespaced: false },
    clusterrolebindings: { kind: "ClusterRoleBinding", namespaced: false },
};

/** The resources that an API server says it serves: here, under every address the same. */
const discovery = {
    resources: Object.entries(resources).map(([name, resource]) => ({
        name,
        ...resource,
        singularName: "",
        verbs: [],
    })),
};

const settled = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

describe("the ingress controller", () => {
    it("names the image that its cluster must have", () => {
        expect(traefikImages()).to.have.length(1);
        expect(traefikImages()[0]).to.match(/^docker\.io\/library\/traefik:v3\./);
    });

    it("is applied object by object, whole and in the manifest's order, as the project's own field manager", async () => {
        const applied: unknown[] = [];
        await using cluster = await fakeCluster(({ method, url, headers }, path, body) => {
            if (method === "PATCH") {
                expect(headers["content-type"]).to.equal("application/apply-patch+yaml");
                const query = new URL(url ?? "", "http://localhost").searchParams;
                expect(Object.fromEntries(query)).to.deep.equal({ fieldManager: "multitier" });
                applied.push(JSON.parse(body));
                return { body: {} };
            }
            return { body: path.endsWith("/deployments/traefik") ? { status: settled } : discovery };
        });
        await applyTraefik(cluster.client, () => undefined);
        expect(applied).to.deep.equal(traefikObjects());
        expect(applied.length).to.be.greaterThan(5);
    });

    for (const [what, status] of [
        ["the rollout that was begun has been taken note of", { ...settled, observedGeneration: 1 }],
        ["the former pod is gone", { ...settled, replicas: 2 }],
        ["the new pod is of the new template", { ...settled, updatedReplicas: 0 }],
        ["the new pod is available", { ...settled, availableReplicas: 0 }],
    ] as const) {
        it(`is waited for until ${what}`, async () => {
            let asked = 0;
            await using cluster = await fakeCluster(({ method }, path) => {
                if (method === "GET" && path.endsWith("/deployments/traefik")) {
                    asked++;
                    const now = asked === 1 ? status : settled;
                    return { body: { metadata: { generation: 2 }, spec: { replicas: 1 }, status: now } };
                }
                return { body: method === "PATCH" ? {} : discovery };
            });
            await awaitTraefik(cluster.client);
            expect(asked).to.equal(2);
        });
    }

    it("an object that the API server refuses is named, with what it said and nothing more", async () => {
        await using cluster = await fakeCluster(({ method }) =>
            method === "PATCH"
                ? {
                      status: 409,
                      body: { message: 'Apply failed with 1 conflict: conflict with "kubectl-edit"' },
                  }
                : { body: discovery },
        );
        const thrown: unknown = await applyTraefik(cluster.client, () => undefined).catch(
            (error: unknown) => error,
        );
        expect(thrown).to.be.instanceOf(CommandFailure);
        expect(thrown).to.have.property(
            "message",
            'Traefik\'s Namespace traefik could not be applied: Apply failed with 1 conflict: conflict with "kubectl-edit"',
        );
    });
});
