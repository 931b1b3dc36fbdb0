import { expect } from "chai";
import * as v from "valibot";

import { allowsConnection, type PolicyPod } from "../../cli/verify/network-policies.ts";
import { applicationUrl, compute } from "./application.ts";
import { allReady, api, namespace, pods } from "./live-cluster.ts";
import { cluster } from "./options.ts";
import { readOutputs } from "./outputs.ts";
import { requireApplication, workspace } from "./suite.ts";

const stack = "pr-17";
const itsNamespace = `${namespace}-${stack}`;
const itsUrl = `http://${stack}.localhost:${cluster.port}/`;

/** The pods of the stack `dev`, each with how often its containers were started again. */
async function podsOfDev(): Promise<string[]> {
    return (await pods())
        .map(({ metadata, status }) => {
            const restarts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
            return `${metadata?.name ?? ""} ${metadata?.uid ?? ""} ${restarts.join()}`;
        })
        .sort();
}

/** Runs `npm run verify` on a stack, which has to succeed. Returns the verdicts of its rows. */
async function verdicts(name: string): Promise<Set<string>> {
    const { stdout } = await workspace().start("verify", ["--json", "--stack", name]).endWith(0);
    const rows = v.parse(v.array(v.object({ verdict: v.string() })), JSON.parse(stdout));
    return new Set(rows.map(({ verdict }) => verdict));
}

/** A pod of a tier as policies see it, and the port that it listens on. */
interface Listener {
    readonly pod: PolicyPod;
    readonly port: number;
}

async function listenersIn(place: string): Promise<Listener[]> {
    const { items } = await api().core.listNamespacedPod({ namespace: place });
    return items.flatMap(({ metadata, spec }) => {
        const port = spec?.containers[0]?.ports?.[0]?.containerPort;
        const namespaceLabels = { "kubernetes.io/metadata.name": place };
        const pod = { namespace: place, namespaceLabels, labels: metadata?.labels ?? {} };
        return port === undefined ? [] : [{ pod, port }];
    });
}

describe("a pull request's stack beside dev in one cluster", () => {
    let output: string;
    let untouched: string[];
    let removed = false;

    before(async () => {
        requireApplication();
        // What two stacks ask for has to fit on one node of two cores.
        await workspace().checkout.set({ client: { replicas: 1 }, server: { replicas: 1 } });
        await workspace().up();
        await allReady();
        untouched = await podsOfDev();
        ({ output } = await workspace().up(["--stack", stack]));
    });
    after(async () => {
        if (!removed) {
            await workspace().down(["--stack", stack]);
        }
    });

    it("comes up by its name alone, in a namespace and at a host of its own, with nothing written into the checkout", async () => {
        expect(output).to.include(itsUrl).and.include(`npm run down -- --stack ${stack}`);
        const { url, namespace: place } = await readOutputs(stack);
        expect({ url, place }).to.deep.equal({ url: itsUrl, place: itsNamespace });
        expect(await workspace().checkout.status()).to.equal("");
    });

    it("computes at its host, and dev at its own", async () => {
        expect((await compute(60, itsUrl)).result).to.equal("1548008755920");
        expect((await compute(61, applicationUrl)).result).to.equal("2504730781961");
    });

    it("is as verify expects, and so is dev", async () => {
        for (const name of [stack, "dev"]) {
            const seen = await verdicts(name);
            expect([...seen].filter((verdict) => verdict !== "not enforced")).to.deep.equal(["pass"], name);
        }
    });

    it("can't be reached from dev, nor dev from it, by the policies in the cluster", async () => {
        const places = [namespace, itsNamespace];
        const [ofDev = [], ofRequest = []] = await Promise.all(places.map(listenersIn));
        const lists = places.map((place) =>
            api().networking.listNamespacedNetworkPolicy({ namespace: place }),
        );
        const policies = (await Promise.all(lists)).flatMap(({ items }) => items);
        const allowed = (from: readonly Listener[], to: readonly Listener[]): string[] =>
            from.flatMap((source) =>
                to
                    .filter(({ pod, port }) =>
                        allowsConnection(policies, source.pod, pod, { protocol: "TCP", port }),
                    )
                    .map(({ pod }) => JSON.stringify([source.pod.labels, pod.labels])),
            );
        expect(allowed(ofDev, ofRequest)).to.deep.equal([]);
        expect(allowed(ofRequest, ofDev)).to.deep.equal([]);
        // Within a stack the same question finds the declared connections.
        expect(allowed(ofRequest, ofRequest)).to.not.deep.equal([]);
    });

    it("has nothing to change in a preview, as dev has not", async () => {
        const { output: text } = await workspace().start("preview", ["--stack", stack]).endWith(0);
        expect(text).to.include(`Preview of ${stack}: nothing changes`);
    });

    it("is removed with all that is its own, and dev's pods run on untouched", async () => {
        await workspace().down(["--stack", stack]);
        removed = true;
        const { items } = await api().core.listNamespace();
        const names = items.map(({ metadata }) => metadata?.name);
        expect(names).to.include(namespace).and.not.include(itsNamespace);
        expect(await podsOfDev()).to.deep.equal(untouched);
        expect((await compute(62)).result).to.equal("4052739537881");
    });
});

describe("a stack that nobody has written settings for", () => {
    it("is refused where its name is no pull request's, with what there is to do", async () => {
        const { output } = await workspace().start("up", ["--stack", "prd"]).endWith(1);
        expect(output).to.include("Pulumi.prd.yaml does not exist").and.include("pr-<number>");
        expect(await workspace().checkout.status()).to.equal("");
    });
});
