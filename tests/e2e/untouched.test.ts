import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { KubeConfig } from "@kubernetes/client-node";

import { workspace } from "./suite.ts";

describe("after all that", () => {
    it("the user's kubeconfig has only its own context, which is still the current one", async () => {
        const config = new KubeConfig();
        config.loadFromString(await readFile(workspace().usersKubeconfig, "utf8"));
        expect(config.getContexts().map(({ name }) => name)).to.deep.equal(["production"]);
        expect(config.getCurrentContext()).to.equal("production");
    });

    it("the user's own Pulumi has been told nothing: not even a log is in its folder", () => {
        expect(existsSync(workspace().pulumiHome)).to.equal(false);
    });

    it("git status is clean", async () => {
        expect(await workspace().checkout.status()).to.equal("");
    });
});
