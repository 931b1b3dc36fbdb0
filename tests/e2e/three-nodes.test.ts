import { loadavg } from "node:os";
import { expect } from "chai";
import { stringify } from "yaml";

import { tierLabel } from "../../components/labels.ts";
import { equip } from "../machines/docker/cluster-equipment.ts";
import { loadDuring, outage, startLoadPod, type PathLoad } from "../machines/docker/cluster-load.ts";
import type { PlainCluster } from "../machines/docker/plain-cluster.ts";
import { connectNodes } from "../machines/docker/pod-routes.ts";
import {
    enforceNetworkPolicies,
    refusedPackets,
    stopEnforcing,
} from "../machines/registries/network-policies.ts";
import { compute } from "./application.ts";
import { eventually } from "./eventually.ts";
import { namespace } from "./live-cluster.ts";
import { createSomebodysCluster, ingressSettings } from "./somebodys-cluster.ts";
import { noteDeployed, requireApplication, workspace } from "./suite.ts";
import { verify } from "./verify-rows.ts";
import { coldDeadline } from "./workspace.ts";

/** The name of the stack. */
const stack = "three";

/** The least number of requests for the page while a node is drained: 10,000 for the two nodes. */
const leastRequests = 5_000;

const tiersWithState = ["mysql", "redis"] as const;

let cluster: PlainCluster;
/** The node with the volumes, and the other one beside that of the load and the ingress controller. */
let [storeNode, otherNode] = ["", ""];

/** The nodes that a tier has pods on. */
async function nodesOf(tier: string): Promise<string[]> {
    const ofTier = ["pods", "--namespace", namespace, `--selector=${tierLabel}=${tier}`];
    const names = await cluster.kubectl("get", ...ofTier, "--output=jsonpath={.items[*].spec.nodeName}");
    return names.split(" ");
}

/** Verifies the stack, and waits for the probe pods to go: kubectl drains no node with pods of no controller. */
async function verifyAll(): Promise<void> {
    const rows = await verify(0, "--require-network-policy", "--stack", stack);
    expect(rows.filter(({ verdict }) => verdict !== "pass")).to.deep.equal([]);
    await eventually("the probe pods to go", 120, async () => {
        const left = await cluster.kubectl("get", "pods", "--all-namespaces", "--output=name");
        return left.includes("/verify-") ? undefined : true;
    });
}

/** Waits until every Deployment of the application has all of its pods, ready. */
async function allAvailable(): Promise<void> {
    const args = ["deployments", "--all", "--namespace", namespace, "--for=condition=Available"];
    await cluster.kubectl("wait", ...args, "--timeout=300s");
}

/** Takes all pods off a node, as for its maintenance, and lets it have some again. */
async function drain(node: string): Promise<void> {
    const args = ["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s"];
    await cluster.kubectl("drain", node, ...args);
    await cluster.kubectl("uncordon", node);
    await allAvailable();
}

function describeLoad({ requests, failures }: PathLoad): string {
    const mistakes = failures.map(({ mistake }) => mistake);
    const counts = [...new Set(mistakes)].map(
        (mistake) => `${mistakes.filter((other) => other === mistake).length} × ${mistake}`,
    );
    return [`${failures.length} of ${requests} failed`, ...counts].join("; ");
}

/** The load during the drain of a node. */
interface Drained {
    readonly page: PathLoad;
    readonly api: PathLoad;
}

/** Drains a node under load, and writes what came of it. */
async function drainUnderLoad(node: string): Promise<Drained> {
    const refusedBefore = await refusedPackets(cluster);
    const { "/": page, "/api/jobs": api } = await loadDuring(cluster, leastRequests, () => drain(node));
    const lines = [
        `the page: ${describeLoad(page)}`,
        `the API: ${describeLoad(api)}, within ${outage(api).toFixed(1)} s`,
        `packets that the policy engine refused: ${(await refusedPackets(cluster)) - refusedBefore}`,
        `load of the machine: ${loadavg()[0]?.toFixed(1)}`,
    ];
    process.stdout.write(lines.map((line) => `      ${line}\n`).join(""));
    return { page, api };
}

function failsNoRequest(load: PathLoad, least: number): void {
    expect(load.requests).to.be.at.least(least);
    expect(load.failures, describeLoad(load)).to.deep.equal([]);
}

/** Drains each node but the load's, and says what users of the page and of the API notice. */
function drainEachNode(): void {
    describe("a drained node without a store's pod", () => {
        let drained: Drained;
        before(async () => {
            requireApplication();
            drained = await drainUnderLoad(otherNode);
        });

        it("fails no request for the page", () => {
            failsNoRequest(drained.page, leastRequests);
        });

        it("fails no request to the API", () => {
            failsNoRequest(drained.api, 100);
        });
    });

    describe("a drained node with the pods of MySQL and Redis", () => {
        let drained: Drained;
        before(async () => {
            requireApplication();
            for (const tier of tiersWithState) {
                expect(await nodesOf(tier)).to.deep.equal([storeNode]);
            }
            drained = await drainUnderLoad(storeNode);
        });

        it("fails no request for the page", () => {
            failsNoRequest(drained.page, leastRequests);
        });

        it("takes the API away until its volumes have a node again, and no longer", async () => {
            expect(drained.api.failures).to.not.deep.equal([]);
            const result = await eventually(
                "the API",
                60,
                async () => (await compute(60)).result ?? undefined,
            );
            expect(result).to.equal("1548008755920");
        });
    });
}

describe("a cluster of three nodes", () => {
    before(async function () {
        this.timeout((coldDeadline + 60) * 1000);
        cluster = await createSomebodysCluster("three", 2);
        [, storeNode = "", otherNode = ""] = await cluster.nodes();
        await connectNodes(cluster);
        await equip(cluster, storeNode);
        const config = {
            "pulumi:disable-default-providers": ["kubernetes"],
            "multitier:context": cluster.context,
            "multitier:ingress": ingressSettings,
            "multitier:worker": { replicas: 2 },
        };
        await workspace().checkout.write(`Pulumi.${stack}.yaml`, stringify({ config }));
        await workspace().start("cluster", ["--stack", stack], coldDeadline).endWith(0);
        await enforceNetworkPolicies(cluster);
    });
    after(async () => {
        await cluster.delete();
    });

    describe("npm run up where NetworkPolicies are enforced", () => {
        before(async () => {
            await workspace().up(["--stack", stack]);
            noteDeployed();
            await startLoadPod(cluster);
        });

        it("brings up an application that computes a number through all tiers", async () => {
            expect((await compute(50)).result).to.equal("12586269025");
        });

        for (const tier of ["client", "server", "worker"]) {
            it(`spreads the pods of the ${tier} over two nodes`, async () => {
                expect(await nodesOf(tier)).to.have.members([storeNode, otherNode]);
            });
        }

        it("is verified without a row that is not enforced", async () => {
            requireApplication();
            await verifyAll();
        });
    });

    describe("where NetworkPolicies are enforced:", () => {
        drainEachNode();

        describe("npm run verify after both drains", () => {
            before(requireApplication);

            it("finds the application in order", verifyAll);
        });
    });

    describe("where no policy is enforced:", () => {
        before(async () => {
            await stopEnforcing(cluster);
        });

        drainEachNode();
    });
});
