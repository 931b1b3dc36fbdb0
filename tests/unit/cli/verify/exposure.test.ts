import { loadYaml, type V1Pod } from "@kubernetes/client-node";
import { expect } from "chai";

import { checkExposure } from "../../../../cli/verify/policies-check.ts";
import type { Context } from "../../../../cli/verify/context.ts";
import type { Row } from "../../../../cli/verify/row.ts";
import type { LiveTier } from "../../../../cli/verify/subject.ts";
import { fakeCluster } from "../kind/fake-cluster.ts";

const ofRedis = { "app.kubernetes.io/name": "redis" };

/** A pod of Redis, in the form of the client library. */
function podOf(spec: object, status = {}): V1Pod {
    const metadata = { name: "redis-1", labels: { ...ofRedis, tier: "store" } };
    return loadYaml<V1Pod>(JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec, status }));
}

function redis(pod: V1Pod): LiveTier {
    return {
        ...{ name: "redis", protocol: "redis", port: 6379, qualifiedName: "redis.shop" },
        ...{ fqdn: "redis.shop.svc.cluster.local", service: undefined, clusterIp: undefined },
        deployment: undefined,
        pods: [pod],
    };
}

/** The row about ways in beside the Ingress, where a Service of type NodePort selects pods by these labels. */
async function rowWith(selector: object | undefined, pod: V1Pod, addresses: string[] = []): Promise<Row> {
    await using cluster = await fakeCluster((_, path) => {
        if (path.endsWith("/endpointslices")) {
            const labels = { "kubernetes.io/service-name": "open" };
            return { body: { items: [{ metadata: { labels }, endpoints: [{ addresses }] }] } };
        }
        const spec = { type: "NodePort", selector, ports: [{ port: 80, nodePort: 30080 }] };
        return { body: { items: [{ metadata: { name: "open" }, spec }] } };
    });
    const topology = { tiers: {}, routes: {} };
    const context: Context = {
        client: cluster.client,
        declared: { url: undefined, namespace: "shop", tiers: [], topology },
        tiers: [redis(pod)],
        probes: {
            plain: () => ({ namespace: "", pod: "", container: "" }),
            outsider: { reason: "" },
            client: () => ({ namespace: "", pod: "", container: "" }),
            remove: () => Promise.resolve(),
        },
        refresh: "npm run up",
        exec: () => Promise.reject(new Error("Nothing is run here.")),
    };
    return await checkExposure(context);
}

describe("the ways into an application beside the Ingress", () => {
    const pod = podOf({ containers: [] });

    it("are Services of nodes that lead to its tiers, by whatever of their labels", async () => {
        for (const selector of [ofRedis, { tier: "store" }]) {
            const row = await rowWith(selector, pod);
            expect(row.verdict).to.equal("fail");
            expect(row.observed).to.include("the Service open (NodePort at port 30080");
        }
    });

    it("are Services without a selector whose EndpointSlices name a tier's pod", async () => {
        const running = podOf({ containers: [] }, { podIPs: [{ ip: "10.244.0.7" }] });
        expect((await rowWith(undefined, running, ["10.244.0.7"])).verdict).to.equal("fail");
        expect((await rowWith(undefined, running, ["10.244.0.8"])).verdict).to.equal("pass");
    });

    it("are ports of the node that its pods listen on", async () => {
        const row = await rowWith({ app: "other" }, podOf({ containers: [], hostNetwork: true }));
        expect(row.observed).to.equal("the pod redis-1 (a port of its node)");
    });

    it("are none that lead to others' pods in the same namespace", async () => {
        for (const selector of [{ app: "cache" }, { ...ofRedis, app: "cache" }, {}, undefined]) {
            expect((await rowWith(selector, pod)).verdict).to.equal("pass");
        }
    });
});
