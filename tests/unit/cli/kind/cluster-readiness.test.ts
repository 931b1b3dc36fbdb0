import { expect } from "chai";

import {
    clusterReadiness,
    waitUntilReady,
    type ClusterObjects,
} from "../../../../cli/kind/cluster-readiness.ts";
import { fakeCluster } from "./fake-cluster.ts";

type Deployment = ClusterObjects["deployments"][number];
type Pod = ClusterObjects["pods"][number];

const node = {
    metadata: { name: "a", labels: { "multitier/cluster": "own" } },
    status: { conditions: [{ type: "Ready", status: "True" }] },
};
const dns = deployment("kube-system", "coredns", "True");
const storage = {
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
};
const complete: ClusterObjects = { nodes: [node], deployments: [dns], storageClasses: [storage], pods: [] };

function deployment(namespace: string, name: string, available: string): Deployment {
    return {
        metadata: { name, namespace },
        status: { conditions: [{ type: "Available", status: available }] },
    };
}

function missing(objects: Partial<ClusterObjects>, restarted?: number): readonly string[] {
    return clusterReadiness({ ...complete, ...objects }, restarted).missing;
}

describe("the readiness of a cluster", () => {
    it("is reached with a ready node, DNS and default storage", () => {
        expect(clusterReadiness(complete)).to.deep.equal({ missing: [], ours: true });
    });

    it("names everything that is missing", () => {
        expect(missing({ nodes: [], deployments: [], storageClasses: [] })).to.deep.equal([
            "a node",
            "Deployment kube-system/coredns",
            "a default StorageClass",
        ]);
        const stopped = { ...node, status: {} };
        const down = { ...dns, status: {} };
        expect(missing({ nodes: [stopped], deployments: [down] })).to.deep.equal([
            "node a",
            "Deployment kube-system/coredns",
        ]);
    });

    it("waits for whatever provisions storage, but for nobody's application", () => {
        const other = (namespace: string): Deployment => deployment(namespace, "x", "False");
        expect(missing({ deployments: [dns, other("shop")] })).to.deep.equal([]);
        expect(missing({ deployments: [dns, other("local-path-storage")] })).to.deep.equal([
            "Deployment local-path-storage/x",
        ]);
    });

    it("isn't believed after a restart until the cluster's own pods run again", () => {
        const pod = (startedAt: string | undefined, ready = "True", restartPolicy = "Always"): Pod => ({
            metadata: { name: "x", namespace: "kube-system" },
            spec: { restartPolicy },
            status: {
                conditions: [{ type: "Ready", status: ready }],
                containerStatuses: [
                    { state: startedAt === undefined ? {} : { running: { startedAt: new Date(startedAt) } } },
                ],
            },
        });
        const restarted = Date.parse("2026-01-01T00:00:10.700Z");
        const after = (one: Pod): readonly string[] => missing({ pods: [one] }, restarted);
        expect(after(pod("2026-01-01T00:00:10Z"))).to.deep.equal([]);
        expect(after(pod(undefined, "False", "Never"))).to.deep.equal([]);
        for (const stale of [
            pod("2026-01-01T00:00:09Z"),
            pod(undefined),
            pod("2026-01-01T00:00:11Z", "False"),
        ]) {
            expect(after(stale)).to.deep.equal(["pod kube-system/x"]);
        }
    });

    it("tells a cluster of somebody else's", () => {
        expect(
            clusterReadiness({ ...complete, nodes: [{ ...node, metadata: { name: "a" } }] }).ours,
        ).to.equal(false);
    });
});

describe("waiting for a cluster", () => {
    const list = (...items: object[]): object => ({ items });

    it("goes on while the API server refuses, and tells what is missing, once", async () => {
        let asked = 0;
        await using cluster = await fakeCluster((_, path) => {
            if (path === "/api/v1/nodes") {
                asked++;
                return asked === 1 ? { status: 503, body: {} } : { body: list(node) };
            }
            return {
                body: path.endsWith("/storageclasses") ? list(storage) : list(...(asked < 4 ? [] : [dns])),
            };
        });
        const reports: string[] = [];
        const options = { name: "x", kubeconfig: "k", report: (line: string) => reports.push(line) };
        expect((await waitUntilReady(cluster.client, options)).ours).to.equal(true);
        expect(reports).to.deep.equal([
            "waiting for the API server",
            "waiting for Deployment kube-system/coredns",
        ]);
    });

    it("is stopped by the signal while the API server says nothing", async () => {
        const stop = new AbortController();
        await using cluster = await fakeCluster(() => {
            stop.abort();
            return new Promise(() => undefined);
        });
        const reports: string[] = [];
        const report = (line: string) => reports.push(line);
        const options = { name: "x", kubeconfig: "k", report, signal: stop.signal };
        const thrown: unknown = await waitUntilReady(cluster.client, options).catch(
            (error: unknown) => error,
        );
        expect(thrown).to.have.property("name", "AbortError");
        expect(reports).to.deep.equal([]);
    });
});
