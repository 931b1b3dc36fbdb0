import { isReady, readyEndpoints } from "../explain/pod-status.ts";
import type { Context } from "./context.ts";
import { areConnected, bash, holdScript } from "./probe-scripts.ts";
import { checkRow, settling, type Row } from "./row.ts";
import { mainContainer, readTiers, type LiveTier } from "./subject.ts";

/**
 * Connections for each pod of a tier. A Service chooses a pod at random: that one of n gets none of 20 n connections
 * happens once in 500 million times / n.
 */
const connectionsPerPod = 20;

/** Checks every Service's endpoints, and that it spreads connections over all of them. */
export function checkBalancing(context: Context): Promise<Row>[] {
    return context.tiers.flatMap((tier) => [
        endpoints(context, tier),
        ...(tier.pods.filter(isReady).length > 1 ? [spread(context, tier)] : []),
    ]);
}

async function endpoints({ client, declared }: Context, tier: LiveTier): Promise<Row> {
    const { namespace } = declared;
    return await checkRow(
        {
            group: "Balancing",
            from: "its Service",
            to: tier.name,
            what: "its EndpointSlice",
            expected: "exactly its ready pods",
        },
        settling,
        async () => {
            const [slices, tiers] = await Promise.all([
                client.discovery.listNamespacedEndpointSlice({
                    namespace,
                    labelSelector: `kubernetes.io/service-name=${tier.name}`,
                }),
                readTiers(client, declared),
            ]);
            const ready = (tiers.find(({ name }) => name === tier.name)?.pods ?? []).filter(isReady);
            const pods = ready.map(({ metadata }) => metadata?.name ?? "").sort();
            const targets = slices.items
                .flatMap(readyEndpoints)
                .map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? "")
                .sort();
            const same = pods.join() === targets.join();
            return {
                observed: same
                    ? `${String(pods.length)} ready ${pods.length === 1 ? "pod" : "pods"}`
                    : `${targets.join(", ") || "nothing"} instead of ${pods.join(", ") || "nothing"}`,
                asExpected: same && pods.length > 0,
            };
        },
    );
}

async function spread(context: Context, tier: LiveTier): Promise<Row> {
    const { exec, probes } = context;
    const pods = tier.pods.filter(isReady);
    return await checkRow(
        {
            group: "Balancing",
            from: "a pod beside it",
            to: tier.name,
            what: `${String(pods.length * connectionsPerPod)} new connections to its Service`,
            expected: `at all ${String(pods.length)} pods`,
        },
        settling,
        async () => {
            const command = bash(holdScript, tier.name, tier.port, pods.length * connectionsPerPod);
            const source = await exec(probes.plain("insider"), command);
            const tables = await Promise.all(
                pods.map((pod) => exec(mainContainer(pod), ["cat", "/proc/net/tcp", "/proc/net/tcp6"])),
            );
            const reached = tables.filter(({ stdout }) => areConnected(source.stdout, stdout)).length;
            return {
                observed: `at ${String(reached)} of ${String(pods.length)} pods`,
                asExpected: reached === pods.length,
                why: `The Service ${tier.name} does not send new connections to each of its ready pods.`,
            };
        },
    );
}
