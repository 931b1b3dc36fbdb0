import { expect } from "chai";

import { runsAsWanted } from "../../../../cli/kind/running-cluster.ts";
import { fakeCluster } from "./fake-cluster.ts";

const labels: Readonly<Record<string, string>> = {
    "multitier/cluster": "own",
    "multitier/host-port": "8080",
};
const images = ["docker.io/library/redis:8.0", "localhost/multitier/client:0123456789ab"];
const node = {
    metadata: { name: "a", labels },
    status: {
        conditions: [{ type: "Ready", status: "True" }],
        images: images.map((name) => ({ names: [name] })),
    },
};
const dns = {
    metadata: { name: "coredns", namespace: "kube-system" },
    status: { conditions: [{ type: "Available", status: "True" }] },
};
const storage = {
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
};

interface Objects {
    readonly nodes: readonly object[];
    readonly deployments: readonly object[];
    readonly storageclasses: readonly object[];
}
const asWanted: Objects = { nodes: [node], deployments: [dns], storageclasses: [storage] };

/** Asks about a cluster that has these objects. */
async function ask(changes: Partial<Objects> = {}, hostPort = 8080): Promise<boolean> {
    const objects = { ...asWanted, ...changes };
    await using cluster = await fakeCluster((_, path) => {
        const items = Object.entries(objects).find(([kind]) => path.endsWith(`/${kind}`))?.[1];
        return items === undefined ? { status: 404, body: {} } : { body: { items } };
    });
    const { kubeconfig, context } = cluster.client;
    return await runsAsWanted({ name: "multitier-unit", kubeconfig, context }, hostPort, images);
}

describe("a cluster of the project's own", () => {
    it("is as wanted when it is ready, ours, and has the port and all images in each node", async () => {
        expect(await ask()).to.equal(true);
        expect(await ask({ nodes: [node, node] })).to.equal(true);
    });

    for (const [what, changes] of Object.entries<Partial<Objects>>({
        "has no node": { nodes: [] },
        "has a node that isn't ready": { nodes: [{ ...node, status: { ...node.status, conditions: [] } }] },
        "has no DNS": { deployments: [] },
        "has no default storage": { storageclasses: [] },
        "is somebody else's": {
            nodes: [{ ...node, metadata: { labels: { ...labels, "multitier/cluster": "" } } }],
        },
        "says nothing of its port": {
            nodes: [{ ...node, metadata: { labels: { "multitier/cluster": "own" } } }],
        },
        "lacks an image in one of its nodes": {
            nodes: [node, { ...node, status: { ...node.status, images: [{ names: images.slice(0, 1) }] } }],
        },
        "tells of no images": { nodes: [{ ...node, status: { conditions: node.status.conditions } }] },
    })) {
        it(`is not when it ${what}`, async () => {
            expect(await ask(changes)).to.equal(false);
        });
    }

    it("is not when it has another port than the settings say", async () => {
        expect(await ask({}, 8081)).to.equal(false);
    });

    it("is not when it doesn't answer, or there is none", async () => {
        const cluster = await fakeCluster(() => ({ status: 500, body: {} }));
        const { kubeconfig, context } = cluster.client;
        const own = { name: "multitier-unit", kubeconfig, context };
        expect(await runsAsWanted(own, 8080, images)).to.equal(false);
        await cluster[Symbol.asyncDispose]();
        expect(await runsAsWanted(own, 8080, images)).to.equal(false);
    });
});
