import { setTimeout as sleep } from "node:timers/promises";

import type { Context } from "./context.ts";
import { answer, type Row } from "./row.ts";
import { isReady, readTiers, type LiveTier } from "./subject.ts";

/** How long a tier may take to be whole again, in ms. */
const patience = 90_000;

/** A pod that restarts has another count, one that is replaced another UID: one text for each tier. */
function identities(tiers: readonly LiveTier[]): ReadonlyMap<string, string> {
    return new Map(
        tiers.map(({ name, pods }) => [
            name,
            pods
                .map(({ metadata, status }) => {
                    const restarts = (status?.containerStatuses ?? []).map(
                        ({ restartCount }) => restartCount,
                    );
                    return `${metadata?.uid ?? ""} ${restarts.join()}`;
                })
                .sort()
                .join(),
        ]),
    );
}

/**
 * Deletes a pod of every tier that can spare one, one tier after the other, and sees that all others stay as they are.
 */
export async function checkIndependence(context: Context): Promise<Row[]> {
    const rows: Row[] = [];
    for (const tier of context.tiers) {
        // With a volume there is one pod, and all who use it notice.
        if (tier.deployment?.spec?.strategy?.type === "RollingUpdate") {
            rows.push(await restart(context, tier.name));
        }
    }
    return rows;
}

async function restart({ client, declared }: Context, name: string): Promise<Row> {
    return await answer(
        {
            group: "Independence",
            from: name,
            to: "all other tiers",
            what: `delete a pod of ${name}`,
            expected: "their pods stay",
        },
        0,
        async () => {
            const started = performance.now();
            const tiers = await readTiers(client, declared);
            const before = identities(tiers);
            const pods = tiers.find((tier) => tier.name === name)?.pods ?? [];
            const [victim] = pods;
            if (victim === undefined) {
                return { observed: `there is no pod of ${name}`, asExpected: false };
            }
            const { namespace } = declared;
            await client.core.deleteNamespacedPod({ name: victim.metadata?.name ?? "", namespace });
            for (;;) {
                await sleep(500);
                const now = await readTiers(client, declared);
                const ready = (now.find((tier) => tier.name === name)?.pods ?? []).filter(isReady);
                const changed = [...identities(now)]
                    .filter(([tier, identity]) => tier !== name && identity !== before.get(tier))
                    .map(([tier]) => tier);
                const whole = ready.length >= pods.length;
                if (changed.length > 0 || whole || performance.now() - started > patience) {
                    return {
                        observed:
                            changed.length > 0
                                ? `${changed.join(" and ")} changed, too`
                                : whole
                                  ? "they stay"
                                  : `${name} is not whole again after ${patience / 1000} s`,
                        asExpected: changed.length === 0 && whole,
                        why: `A pod of ${name} that is replaced must not touch any other tier.`,
                    };
                }
            }
        },
    );
}
