import { setTimeout as sleep } from "node:timers/promises";

import { settling, type Context } from "./context.ts";
import type { Place } from "./pod-exec.ts";
import {
    connectCommand,
    readAddresses,
    readAttempts,
    resolveCommand,
    type Attempt,
} from "./probe-scripts.ts";
import { judgePair, type PairRounds } from "./reachability-verdict.ts";
import type { Row } from "./row.ts";
import { runningPlace, type LiveTier } from "./subject.ts";
import { isDeclared } from "./topology.ts";

/** Who tries to connect. */
interface Source {
    readonly name: string;
    readonly place: Place | undefined;
    /** Whether it is let through to a tier. */
    readonly mayReach: (tier: string) => boolean;
}

/** One attempt at each tier, by its name; undefined where there was none. */
type Sight = ReadonlyMap<string, Attempt | undefined>;

/** What all sources saw at about the same time. */
interface Round {
    /** By the source's name. */
    readonly sights: ReadonlyMap<string, Sight>;
    /** The sources that resolved a name: their pods live, and their network works. */
    readonly alive: ReadonlySet<string>;
    readonly insider: Sight;
    readonly isolated: Sight;
}

/** How long after a round the next begins, in ms. */
const interval = 500;

/**
 * Who reaches whom: every tier from its own pod, a stranger in the namespace and a pod of another one, each to every
 * tier's port at its ClusterIP. The insider, whom everybody lets in, is the control of every target, a resolved name
 * the control of every source, and the isolated pod that of the cluster.
 */
export async function checkReachability(context: Context): Promise<Row[]> {
    const { declared, tiers, probes } = context;
    const sources: Source[] = [
        ...tiers.map((tier) => ({
            name: tier.name,
            place: runningPlace(tier),
            mayReach: (to: string) => isDeclared(declared.topology, tier.name, to),
        })),
        { name: "a stranger", place: probes.place("stranger"), mayReach: () => false },
        { name: "another namespace", place: probes.place("outsider"), mayReach: () => false },
    ];
    const started = performance.now();
    const rounds: Round[] = [];
    for (;;) {
        rounds.push(await look(context, sources));
        const seconds = (performance.now() - started) / 1000;
        const rows = sources.flatMap((source) => rowsOf(source, context, rounds, seconds));
        // Twice the same, so that a lag in either direction is not taken for the result.
        const settled = rounds.length > 1 && rows.every(({ verdict }) => verdict === "pass");
        if (settled || seconds * 1000 > settling) {
            return rows;
        }
        await sleep(interval);
    }
}

async function look(context: Context, sources: readonly Source[]): Promise<Round> {
    const { tiers, probes } = context;
    const [insider, isolated, ...seen] = await Promise.all([
        tryAll(context, probes.place("insider"), tiers),
        tryAll(context, probes.place("isolated"), tiers),
        ...sources.map(async ({ name, place }) => {
            if (place === undefined) {
                return { name, sight: new Map<string, Attempt | undefined>(), alive: false };
            }
            const [sight, alive] = await Promise.all([
                tryAll(context, place, tiers),
                resolves(context, place),
            ]);
            return { name, sight, alive };
        }),
    ]);
    return {
        insider,
        isolated,
        sights: new Map(seen.map(({ name, sight }) => [name, sight])),
        alive: new Set(seen.filter(({ alive }) => alive).map(({ name }) => name)),
    };
}

async function tryAll({ exec }: Context, place: Place, tiers: readonly LiveTier[]): Promise<Sight> {
    const targets = tiers.flatMap(({ name, port, clusterIp }) =>
        clusterIp === undefined || clusterIp === "None" ? [] : [{ name, host: clusterIp, port }],
    );
    const stdout = await outputOf(exec(place, connectCommand(targets)));
    const attempts = readAttempts(stdout, targets.length);
    return new Map(targets.map(({ name }, index) => [name, attempts[index]]));
}

async function resolves({ exec, tiers }: Context, place: Place): Promise<boolean> {
    const names = tiers.slice(0, 1).map(({ fqdn }) => `${fqdn}.`);
    const [addresses = []] = readAddresses(await outputOf(exec(place, resolveCommand(names))), 1);
    return addresses.length > 0;
}

/** What can't be run in a pod that is just going shows as nothing seen. */
async function outputOf(result: Promise<{ readonly stdout: string }>): Promise<string> {
    try {
        return (await result).stdout;
    } catch {
        return "";
    }
}

function rowsOf(
    source: Source,
    { tiers, refresh }: Context,
    rounds: readonly Round[],
    seconds: number,
): Row[] {
    // Whether a pod reaches itself is no matter of policies, and a port where nothing listens refuses everybody.
    return tiers
        .filter(({ name, protocol }) => name !== source.name && protocol !== "none")
        .map((tier) => {
            const pair: PairRounds = {
                mayConnect: source.mayReach(tier.name),
                sourceRuns: source.place !== undefined,
                rounds: rounds.map((round) => ({
                    attempt: round.sights.get(source.name)?.get(tier.name),
                    sourceAlive: round.alive.has(source.name),
                    control: round.insider.get(tier.name),
                    isolated: round.isolated.get(tier.name),
                })),
            };
            return {
                group: "Reachability",
                from: source.name,
                to: tier.name,
                what: `TCP ${String(tier.port)}`,
                seconds,
                ...judgePair(source.name, tier.name, pair, refresh),
            };
        });
}
