import { readdir } from "node:fs/promises";
import { expect } from "chai";

import { nodeExists } from "./live-cluster.ts";
import { workspace } from "./suite.ts";

describe("settings with three mistakes", () => {
    const { checkout } = workspace();
    let output: string;
    before(async function () {
        // The first command in the checkout installs the packages.
        this.timeout(600_000);
        const good = await checkout.read("Pulumi.dev.yaml");
        await checkout.set({ host: "local host", "server.replicas": -1, "redis.maxMemroy": "64Mi" });
        ({ output } = await workspace().start("up").endWith(1));
        await checkout.write("Pulumi.dev.yaml", good);
    });

    it("are all reported at once, each with its key, the value and the nearest known key", () => {
        expect(output).to.match(/3 mistakes/);
        expect(output).to.match(/multitier:host = "?local host/);
        expect(output).to.match(/multitier:server\.replicas = -1/);
        expect(output).to.match(/multitier:redis\.maxMemroy[^]*maxMemory/);
    });

    it("stop up before anything is created: no cluster, no state", async () => {
        expect(await nodeExists()).to.equal(false);
        expect(await readdir(workspace().dataFolder).catch(() => [])).to.not.include("state");
    });
});
