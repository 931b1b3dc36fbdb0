import { existsSync } from "node:fs";
import { expect } from "chai";

import { compute } from "./application.ts";
import type { RunningCommand } from "./command-run.ts";
import { eventually } from "./eventually.ts";
import {
    allReady,
    deleteOwnCluster,
    kubeconfig,
    kubectl,
    namespace,
    nodeExists,
    stackObjects,
} from "./live-cluster.ts";
import { requireApplication, workspace } from "./suite.ts";
import { knownObjects } from "./known-objects.ts";

/** Starts `up` where nothing is deployed, and waits until it is in the middle of creating the tiers. */
async function upInTheMiddle(): Promise<RunningCommand> {
    const running = workspace().start("up");
    await eventually("the first Deployments", 300, async () => {
        const found = await kubectl("get", "deployments", "--namespace", namespace, "--output=name");
        return found === "" ? undefined : found;
    });
    return running;
}

/** Checks the facts that hold when `up` has converged, whatever happened before. */
async function expectWhole(): Promise<void> {
    await allReady();
    expect((await compute(80)).result).to.equal("23416728348467685");
    // Neither objects that no state knows, nor a state of objects that aren't there.
    expect(await stackObjects()).to.deep.equal(await knownObjects());
    await workspace().pulumi("preview", "--expect-no-changes");
}

describe("after an up that was killed in the middle", () => {
    before(requireApplication);

    it("the next up converges", async () => {
        const running = await upInTheMiddle();
        await running.kill();
        expect((await running.end()).exitCode).to.not.equal(0);
        await workspace().up();
        await expectWhole();
    });
});

describe("after an up that was killed as soon as its namespace was there, noted in the state or not", () => {
    before(requireApplication);

    it("the next up knows it for its own and converges", async () => {
        await workspace().down();
        const running = workspace().start("up");
        await eventually("the namespace", 300, async () => {
            const found = await kubectl("get", "namespace", namespace, "--ignore-not-found", "--output=name");
            return found === "" ? undefined : found;
        });
        await running.kill();
        await running.end();
        await workspace().up();
        await expectWhole();
    });
});

describe("after an up that was interrupted with Ctrl-C in the middle", () => {
    before(requireApplication);

    it("the state is whole and the next up converges", async () => {
        await workspace().down();
        const running = await upInTheMiddle();
        running.interrupt();
        const { output } = await running.endWith(130);
        expect(output).to.match(/goes on from here/);
        // Every object that was created is known, and nobody else's business any more.
        expect(await stackObjects()).to.deep.equal(await knownObjects());
        await workspace().up();
        await expectWhole();
    });
});

describe("after the cluster was deleted", () => {
    before(requireApplication);

    it("up notices, makes it again and converges, though its first try was killed while kind was at it", async () => {
        await deleteOwnCluster();
        const running = workspace().start("up");
        await eventually("kind to be at work", 120, async () => ((await nodeExists()) ? true : undefined));
        await running.kill();
        await running.end();
        await workspace().up();
        await expectWhole();
    });
});

describe("npm run down -- --cluster", () => {
    before(requireApplication);

    it("removes the cluster too", async () => {
        await workspace().down(["--cluster"]);
        expect(await nodeExists()).to.equal(false);
        expect(existsSync(kubeconfig())).to.equal(false);
    });
});
