import { expect } from "chai";

import { isReady } from "../../cli/explain/pod-status.ts";
import { tierLabel } from "../../components/labels.ts";
import { eventually } from "./eventually.ts";
import { allReady, api, namespace, pods, podsOf, tiers, type TierName } from "./live-cluster.ts";
import { requireApplication } from "./suite.ts";

/** The tiers without a volume, which can spare a pod. */
const replaceable = ["client", "server", "worker"] as const;

/** The pods of each tier as one text: a pod that is replaced has another UID, one that restarts another count. */
async function identities(): Promise<ReadonlyMap<TierName, string>> {
    const all = await pods();
    return new Map(
        tiers.map((tier) => [
            tier,
            all
                .filter(({ metadata }) => metadata?.labels?.[tierLabel] === tier)
                .map(({ metadata, status }) => {
                    const counts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
                    return `${metadata?.uid ?? ""} ${counts.join()}`;
                })
                .sort()
                .join(),
        ]),
    );
}

describe("a pod that is deleted", () => {
    before(async () => {
        requireApplication();
        await allReady();
    });

    for (const tier of replaceable) {
        it(`is replaced, and the pods of all other tiers stay as they are: ${tier}`, async () => {
            const before = await identities();
            const own = await podsOf(tier);
            const name = own[0]?.metadata?.name;
            expect(name, `a pod of ${tier}`).to.be.a("string");
            await api().core.deleteNamespacedPod({ name: name ?? "", namespace });
            const changed = new Set<TierName>();
            await eventually(`${tier} to be whole again`, 90, async () => {
                for (const [other, identity] of await identities()) {
                    if (other !== tier && identity !== before.get(other)) {
                        changed.add(other);
                    }
                }
                return (await podsOf(tier)).filter(isReady).length >= own.length ? true : undefined;
            });
            expect([...changed], `tiers that changed with ${tier}`).to.deep.equal([]);
        });
    }
});
