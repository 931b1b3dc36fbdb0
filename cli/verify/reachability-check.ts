import { setTimeout as sleep } from "node:timers/promises";

import type { Context } from "./context.ts";
import type { ContainerRef } from "./pod-exec.ts";
import {
    connectCommand,
    readAddresses,
    readAttempts,
    resolveCommand,
    type Attempt,
} from "./probe-scripts.ts";
import { judgePair, type PairRounds } from "./reachability-verdict.ts";
import { settling, type Row } from "./row.ts";
import { isDeclared, runningContainer, type LiveTier } from "./subject.ts";

/** A pod that tries to connect. */
interface Source {
    readonly name: string;
    readonly container: ContainerRef | undefined;
    /** Tells the tiers that it has declared. */
    readonly mayReach: (tier: string) => boolean;
}

/** One attempt at each tier, by its name; undefined where there was none. */
type AttemptsByTier = ReadonlyMap<string, Attempt | undefined>;

/** The attempts of all sources at about the same time. */
interface Round {
    /** By the source's name. */
    readonly attempts: ReadonlyMap<string, AttemptsByTier>;
    /** The sources that resolved a name: their pods live, and their network works. */
    readonly alive: ReadonlySet<string>;
    readonly insider: AttemptsByTier;
    readonly isolated: AttemptsByTier;
}

/** The pause between two rounds, in ms. */
const interval = 500;

/**
 * Checks who reaches whom: every tier from its own pod, a stranger in the namespace and a pod of another one, each to
 * every tier's port at its ClusterIP. The insider, which every tier lets in, is the control of every target, a resolved
 * name the control of every source, and the isolated pod that of the cluster.
 */
export async function checkReachability(context: Context): Promise<Row[]> {
    const { declared, tiers, probes } = context;
    const sources: Source[] = [
        ...tiers.map((tier) => ({
            name: tier.name,
            container: runningContainer(tier),
            mayReach: (to: string) => isDeclared(declared.topology, tier.name, to),
        })),
        { name: "a stranger", container: probes.plain("stranger"), mayReach: () => false },
        { name: "another namespace", container: probes.plain("outsider"), mayReach: () => false },
    ];
    const started = performance.now();
    const rounds: Round[] = [];
    for (;;) {
        rounds.push(await tryRound(context, sources));
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

async function tryRound(context: Context, sources: readonly Source[]): Promise<Round> {
    const { tiers, probes } = context;
    const [insider, isolated, ...seen] = await Promise.all([
        tryAll(context, probes.plain("insider"), tiers),
        tryAll(context, probes.plain("isolated"), tiers),
        ...sources.map(async ({ name, container }) => {
            if (container === undefined) {
                return { name, attempts: new Map<string, Attempt | undefined>(), alive: false };
            }
            const [attempts, alive] = await Promise.all([
                tryAll(context, container, tiers),
                resolves(context, container),
            ]);
            return { name, attempts, alive };
        }),
    ]);
    return {
        insider,
        isolated,
        attempts: new Map(seen.map(({ name, attempts }) => [name, attempts])),
        alive: new Set(seen.filter(({ alive }) => alive).map(({ name }) => name)),
    };
}

async function tryAll(
    { exec }: Context,
    container: ContainerRef,
    tiers: readonly LiveTier[],
): Promise<AttemptsByTier> {
    const targets = tiers.flatMap(({ name, port, clusterIp }) =>
        clusterIp === undefined || clusterIp === "None" ? [] : [{ name, host: clusterIp, port }],
    );
    const stdout = await outputOf(exec(container, connectCommand(targets)));
    const attempts = readAttempts(stdout, targets.length);
    return new Map(targets.map(({ name }, index) => [name, attempts[index]]));
}

async function resolves({ exec, tiers }: Context, container: ContainerRef): Promise<boolean> {
    const names = tiers.slice(0, 1).map(({ fqdn }) => `${fqdn}.`);
    const [addresses = []] = readAddresses(await outputOf(exec(container, resolveCommand(names))), 1);
    return addresses.length > 0;
}

/** Counts a command that can't be run, as in a pod that is just ending, as one without output. */
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
    // Policies have no say in a pod that connects to itself, and a port where nothing listens refuses every pod.
    return tiers
        .filter(({ name, protocol }) => name !== source.name && protocol !== "none")
        .map((tier) => {
            const pair: PairRounds = {
                mayConnect: source.mayReach(tier.name),
                sourceRuns: source.container !== undefined,
                rounds: rounds.map((round) => ({
                    attempt: round.attempts.get(source.name)?.get(tier.name),
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
