import { expect } from "chai";
import { clusterReadiness } from "../../../cli/kind/cluster-readiness.ts";
import { ingressPort, kindReason, kindStep } from "../../../cli/kind/kind-output.ts";

const ready = { conditions: [{ type: "Ready", status: "True" }] };
const available = { conditions: [{ type: "Available", status: "True" }] };

const node = {
    kind: "Node",
    metadata: { name: "a", labels: { "multitier/cluster": "own" } },
    status: ready,
};
const dns = {
    kind: "Deployment",
    metadata: { name: "coredns", namespace: "kube-system" },
    status: available,
};
const storage = {
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
};

function readiness(...items: unknown[]): ReturnType<typeof clusterReadiness> {
    return clusterReadiness(JSON.stringify({ items }));
}

describe("the readiness of a cluster", () => {
    it("is reached with a ready node, DNS and default storage", () => {
        expect(readiness(node, dns, storage)).to.deep.equal({ missing: [], ours: true });
    });

    it("names everything that is missing", () => {
        expect(readiness().missing).to.deep.equal([
            "a node",
            "Deployment kube-system/coredns",
            "a default StorageClass",
        ]);
        expect(readiness({ ...node, status: {} }, { ...dns, status: {} }, storage).missing).to.deep.equal([
            "node a",
            "Deployment kube-system/coredns",
        ]);
    });

    it("waits for whatever provisions storage, but for nobody's application", () => {
        const other = (namespace: string): unknown => ({
            kind: "Deployment",
            metadata: { name: "x", namespace },
        });
        expect(readiness(node, dns, storage, other("shop")).missing).to.deep.equal([]);
        expect(readiness(node, dns, storage, other("local-path-storage")).missing).to.deep.equal([
            "Deployment local-path-storage/x",
        ]);
    });

    it("isn't believed after a restart until the cluster's own pods run anew", () => {
        const pod = (
            startedAt: string | undefined,
            readiness = "True",
            restartPolicy = "Always",
        ): unknown => ({
            kind: "Pod",
            metadata: { name: "x", namespace: "kube-system" },
            spec: { restartPolicy },
            status: {
                conditions: [{ type: "Ready", status: readiness }],
                containerStatuses: [{ state: startedAt === undefined ? {} : { running: { startedAt } } }],
            },
        });
        const restarted = Date.parse("2026-01-01T00:00:10.700Z");
        const missing = (item: unknown): readonly string[] =>
            clusterReadiness(JSON.stringify({ items: [node, dns, storage, item] }), restarted).missing;
        expect(missing(pod("2026-01-01T00:00:10Z"))).to.deep.equal([]);
        expect(missing(pod(undefined, "False", "Never"))).to.deep.equal([]);
        for (const stale of [
            pod("2026-01-01T00:00:09Z"),
            pod(undefined),
            pod("2026-01-01T00:00:11Z", "False"),
        ]) {
            expect(missing(stale)).to.deep.equal(["pod kube-system/x"]);
        }
    });

    it("tells a cluster of somebody else's", () => {
        expect(readiness({ ...node, metadata: { name: "a" } }, dns, storage).ours).to.equal(false);
    });
});

describe("what kind and the engine say", () => {
    it("is a step where a line begins one", () => {
        expect(kindStep(" • Ensuring node image (kindest/node:v1.37.0) 🖼  ...")).to.equal(
            "Ensuring node image (kindest/node:v1.37.0)",
        );
        expect(kindStep(" • Starting control-plane 🕹️  ...")).to.equal("Starting control-plane");
        expect(kindStep(" ✓ Starting control-plane 🕹️")).to.equal(undefined);
    });

    it("is a reason without kubeadm's log lines", () => {
        expect(
            kindReason([
                "ERROR: failed to init node",
                "",
                "I1121 17:53:41.162467     263 loader.go:407] Config loaded",
                "error: timed out",
            ]),
        ).to.equal("ERROR: failed to init node\nerror: timed out");
    });

    it("is the port of the Ingress, if the cluster leads one to it", () => {
        const bindings = { "6443/tcp": [{ HostIp: "127.0.0.1", HostPort: "38779" }] };
        expect(ingressPort(JSON.stringify(bindings))).to.equal(undefined);
        expect(ingressPort("null")).to.equal(undefined);
        expect(
            ingressPort(
                JSON.stringify({ ...bindings, "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] }),
            ),
        ).to.equal(8080);
    });
});
