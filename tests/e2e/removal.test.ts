import { expect } from "chai";

import { api, namespace } from "./live-cluster.ts";
import { eventually } from "./eventually.ts";
import { requireApplication, workspace } from "./suite.ts";

describe("npm run down", () => {
    before(async () => {
        requireApplication();
        await workspace().down();
    });

    it("leaves no namespace and no volume in the cluster", async () => {
        const { items } = await api().core.listNamespace();
        expect(items.map(({ metadata }) => metadata?.name)).to.not.include(namespace);
        // The storage provisioner removes the volumes of deleted claims in its own time.
        await eventually("the volumes to be gone", 90, async () => {
            const volumes = await api().core.listPersistentVolume();
            return volumes.items.some(({ spec }) => spec?.claimRef?.namespace === namespace)
                ? undefined
                : true;
        });
    });

    it("leaves the cluster for the next up", async () => {
        expect((await api().core.listNode()).items).to.have.length(1);
    });

    it("finds nothing to remove when it is run again", async () => {
        expect((await workspace().down()).output).to.match(/Nothing to remove/);
    });
});
