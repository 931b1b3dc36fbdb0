import { existsSync } from "node:fs";
import { expect } from "chai";

import { isReady } from "../../cli/explain/pod-status.ts";
import { binaryFile } from "../../offline/binaries/binary-folders.ts";
import { recordTestDuration } from "../checks/durations.ts";
import { applicationUrl, compute } from "./application.ts";
import { api, compareTiers, namespace, podUids, pods, runIn, tiers, tools } from "./live-cluster.ts";
import { machineName } from "./options.ts";
import { readOutputs, type Outputs } from "./outputs.ts";
import { handEnvironment } from "./pulumi-by-hand.ts";
import { noteDeployed, requireApplication, workspace } from "./suite.ts";
import { coldDeadline } from "./workspace.ts";

describe("npm run up in a bare checkout, where there is no cluster", () => {
    let output: string;
    before(async function () {
        this.timeout((coldDeadline + 60) * 1000);
        const cold = !existsSync(binaryFile("kind"));
        const started = performance.now();
        ({ output } = await workspace().up([], coldDeadline));
        if (cold) {
            await recordTestDuration(
                `${machineName}: its first up, with nothing on the machine`,
                (performance.now() - started) / 1000,
            );
        }
        noteDeployed();
    });

    it("ends with the URL and the DNS names", () => {
        expect(output).to.include(applicationUrl);
        for (const tier of tiers) {
            expect(output).to.include(`${tier}.${namespace}.svc.cluster.local:`);
        }
    });

    it("leaves an application that computes a number through all tiers", async () => {
        expect((await compute(50)).result).to.equal("12586269025");
    });

    it("leaves every pod Ready, in a namespace that enforces the Pod Security Standard restricted", async () => {
        const { metadata } = await api().core.readNamespace({ name: namespace });
        expect(metadata?.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
        const all = await pods();
        expect(all).to.have.length(7);
        expect(all.filter((pod) => !isReady(pod)).map(({ metadata }) => metadata?.name)).to.deep.equal([]);
    });

    it("leaves a clean git status", async () => {
        expect(await workspace().checkout.status()).to.equal("");
    });
});

describe("the outputs", () => {
    let outputs: Outputs;
    before(async () => {
        requireApplication();
        outputs = await readOutputs();
    });

    it("have the URL, the namespace and every tier's service by its names and port", () => {
        expect(outputs.url).to.equal(applicationUrl);
        expect(outputs.namespace).to.equal(namespace);
        expect(Object.keys(outputs.services)).to.have.members([...tiers]);
        expect(outputs.services["mysql"]).to.deep.equal({
            name: "mysql",
            qualifiedName: "mysql.shop",
            fqdn: "mysql.shop.svc.cluster.local",
            port: 3306,
            endpoint: "mysql.shop.svc.cluster.local:3306",
        });
    });

    it("have DNS names that resolve in the cluster to the Services' IPs", async () => {
        const { items } = await api().core.listNamespacedService({ namespace });
        const expected = Object.values(outputs.services).flatMap(({ name, qualifiedName, fqdn }) => {
            const ip = items.find(({ metadata }) => metadata?.name === name)?.spec?.clusterIP;
            return [name, qualifiedName, fqdn].map((dnsName) => [dnsName, ip]);
        });
        const lookUp = `Promise.all(process.argv.slice(1).map(async (name) =>
            [name, (await require("node:dns/promises").lookup(name)).address]))
            .then((found) => console.log(JSON.stringify(found)))`;
        const names = expected.map(([dnsName]) => String(dnsName));
        expect(JSON.parse(await runIn("worker", "node", "-e", lookUp, ...names))).to.deep.equal(expected);
        expect(new Set(expected.map(([, ip]) => ip)).size).to.equal(tiers.length);
    });
});

describe("an unchanged checkout", () => {
    before(requireApplication);

    it("changes nothing when npm run up is run again", async () => {
        const before = await podUids();
        const { output } = await workspace().up();
        expect(output).to.match(/no changes \(\d+ resources\)/);
        // The cluster is asked itself: neither the container engine nor kind is.
        expect(output)
            .to.match(/which runs with its \d+ images/)
            .and.not.include("Container engine");
        expect(compareTiers(before, await podUids()).same).to.deep.equal([...tiers]);
    });

    it("has nothing to change for npm run pulumi -- preview and up", async () => {
        await workspace().pulumi("preview", "--expect-no-changes");
        await workspace().pulumi("up", "--yes", "--expect-no-changes");
    });

    it("has nothing to change for the CLI itself, run by hand", async () => {
        const { pulumi } = await tools();
        for (const command of [["preview"], ["up", "--yes"]]) {
            const args = [...command, "--expect-no-changes", "--non-interactive"];
            await workspace()
                .startProgram(pulumi, args, await handEnvironment())
                .endWith(0);
        }
    });
});
