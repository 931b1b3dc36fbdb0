import { setTimeout as sleep } from "node:timers/promises";

import { ask, type Context } from "./context.ts";
import { judgeLookUps, tiersThatMayResolve } from "./dns-policies.ts";
import type { ContainerRef } from "./pod-exec.ts";
import { addressesIn, attemptIn, type Attempt } from "./probe-scripts.ts";
import { isFinal, judgePair } from "./reachability-verdict.ts";
import { notTriedRow, settling, type Row } from "./row.ts";
import { isDeclared, runningContainer } from "./subject.ts";

/** A pod that tries to connect. */
interface Source {
    readonly name: string;
    readonly container: ContainerRef | undefined;
    /** Tells the tiers that it has declared. */
    readonly mayReach: (tier: string) => boolean;
}

/** The attempts of one pod at about the same time. */
interface Attempts {
    /** By the tier's name; of a tier without an address, or where nothing could be run, there is none. */
    readonly byTier: ReadonlyMap<string, Attempt | undefined>;
    /** Something could be run in the pod. */
    readonly ran: boolean;
    /** The pod resolved a name: it lives, and its network works. */
    readonly alive: boolean;
}

const anotherNamespace = "another namespace";

/** The pause between two rounds, in ms. */
const interval = 500;

/**
 * Checks who reaches whom: every tier from its own pod, a stranger in the namespace and a pod of another one, each to
 * every tier's port at its ClusterIP. The insider, which every tier lets in, is the control of every target, a resolved
 * name the control of every source, and the isolated pod that of the cluster. That each tier resolves a name is a row of
 * its own.
 */
export async function checkReachability(context: Context): Promise<Row[]> {
    const { declared, tiers, probes } = context;
    const { outsider } = probes;
    const sources: Source[] = [
        ...tiers.map((tier) => ({
            name: tier.name,
            container: runningContainer(tier),
            mayReach: (to: string) => isDeclared(declared.topology, tier.name, to),
        })),
        { name: "a stranger", container: probes.plain("stranger"), mayReach: () => false },
        ...("reason" in outsider
            ? []
            : [{ name: anotherNamespace, container: outsider, mayReach: () => false }]),
    ];
    const mayResolve = await tiersThatMayResolve(context);
    const started = performance.now();
    for (let wasFinal = false; ;) {
        const judged = await tryRound(context, sources, mayResolve);
        const seconds = (performance.now() - started) / 1000;
        const final = isFinal(judged);
        // Twice the same, so that a lag in either direction is not taken for the result.
        if ((wasFinal && final) || seconds * 1000 > settling) {
            return [...judged.map((row) => ({ ...row, seconds })), ...untried(context)];
        }
        wasFinal = final;
        await sleep(interval);
    }
}

/** The rows from another namespace, where no pod can be in one. */
function untried({ tiers, probes: { outsider } }: Context): Row[] {
    return tiers
        .filter(({ protocol }) => protocol !== "none")
        .flatMap(({ name, port }) =>
            "reason" in outsider
                ? [
                      notTriedRow(
                          {
                              group: "Reachability",
                              from: anotherNamespace,
                              to: name,
                              what: `TCP ${String(port)}`,
                              expected: "blocked",
                          },
                          outsider.reason,
                      ),
                  ]
                : [],
        );
}

async function tryRound(
    context: Context,
    sources: readonly Source[],
    mayResolve: ReadonlyMap<string, boolean>,
): Promise<Omit<Row, "seconds">[]> {
    const { tiers, probes, refresh } = context;
    const [control, isolated, ...attempts] = await Promise.all([
        tryAll(context, probes.plain("insider")),
        tryAll(context, probes.plain("isolated")),
        ...sources.map(({ container }) => tryAll(context, container)),
    ]);
    const lookUps = tiers.map(({ name }) => {
        const index = sources.findIndex((source) => source.name === name);
        const found = {
            sourceRuns: sources[index]?.container !== undefined,
            resolves: attempts[index]?.ran === true ? attempts[index].alive : undefined,
            allowed: mayResolve.get(name),
            control: control.alive,
            isolated: isolated.alive,
        };
        return {
            group: "DNS" as const,
            from: name,
            to: "the cluster's DNS",
            what: "DNS is allowed",
            ...judgeLookUps(name, found, refresh),
        };
    });
    const pairs = sources.flatMap(({ name, container, mayReach }, index) =>
        tiers
            // Policies have no say in a pod that connects to itself, and a port where nothing listens refuses every pod.
            .filter((tier) => tier.name !== name && tier.protocol !== "none")
            .map((tier) => {
                const pair = {
                    mayConnect: mayReach(tier.name),
                    sourceRuns: container !== undefined,
                    attempt: attempts[index]?.byTier.get(tier.name),
                    sourceAlive: attempts[index]?.alive ?? false,
                    control: control.byTier.get(tier.name),
                    isolated: isolated.byTier.get(tier.name),
                };
                return {
                    group: "Reachability" as const,
                    from: name,
                    to: tier.name,
                    what: `TCP ${String(tier.port)}`,
                    ...judgePair(name, tier.name, pair, refresh),
                };
            }),
    );
    return [...lookUps, ...pairs];
}

async function tryAll(context: Context, container: ContainerRef | undefined): Promise<Attempts> {
    const targets = context.tiers.filter(({ clusterIp = "None" }) => clusterIp !== "None");
    const name = context.tiers.slice(0, 1).map(({ fqdn }) => `resolve ${fqdn}.` as const);
    const connections = targets.map(({ clusterIp = "", port }) => `connect ${clusterIp} ${port}` as const);
    // In a pod that is just ending, nothing can be run.
    const answers =
        container === undefined
            ? []
            : await ask(context, container, [...connections, ...name]).catch(() => []);
    return {
        byTier: new Map(targets.map((tier, index) => [tier.name, attemptIn(answers[index])])),
        ran: answers.some((answer) => answer !== undefined),
        alive: addressesIn(answers[connections.length]).length > 0,
    };
}
