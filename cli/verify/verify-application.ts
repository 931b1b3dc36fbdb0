import type { RemedyHints } from "../explain/evidence.ts";
import { findProblems } from "../explain/explain.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Command } from "../terminal/run-command.ts";
import { checkBalancing } from "./balancing-check.ts";
import { limitedExec, type Context } from "./context.ts";
import { checkDns } from "./dns-check.ts";
import { checkEndToEnd } from "./end-to-end-check.ts";
import { explainRows } from "./explain-rows.ts";
import { checkHttp } from "./http-check.ts";
import { checkLogins } from "./login-checks.ts";
import { checkExposure, checkPolicies } from "./policies-check.ts";
import type { ProbeContainers } from "./probe-manifests.ts";
import { createProbes } from "./probe-pods.ts";
import { checkReachability } from "./reachability-check.ts";
import { isUnexpected, type Row } from "./row.ts";
import { readTiers, type Declared, type LiveTier } from "./subject.ts";

/** The subject of a run. */
export interface Verification {
    readonly client: KubernetesClient;
    readonly declared: Declared;
    /** The stack runs the project's own application, which takes jobs. */
    readonly sampleApplication: boolean;
    readonly hints: RemedyHints;
}

/**
 * Checks an application from inside its cluster, and leaves nothing behind.
 *
 * @throws StepFailure or Interrupted
 */
export async function verifyApplication(
    { client, declared, sampleApplication, hints }: Verification,
    { progress, interruption }: Command,
): Promise<readonly Row[]> {
    const tiers = await readTiers(client, declared);
    const signal = interruption.requested;
    const probes = await progress.step("Probe pods", async ({ report, done }) => {
        const containers = probeContainers(tiers, declared.namespace);
        const created = await createProbes(client, declared, containers, report, signal);
        done(
            "reason" in created.outsider
                ? "3, in the application's namespace alone"
                : "4, in the application's namespace and one of their own",
        );
        return created;
    });
    try {
        return await progress.step("Checks", async ({ status, done }) => {
            const { refresh } = hints;
            const context = { client, declared, tiers, probes, refresh, exec: limitedExec(client) };
            const checks = startChecks(context, sampleApplication);
            let finished = 0;
            const followed = checks.map(async (check) => {
                const rows = await check;
                status(`${String(++finished)} of ${String(checks.length)} parts`);
                return rows;
            });
            const rows = (await Promise.race([Promise.all(followed), aborted(signal)])).flat();
            const wrong = rows.filter(isUnexpected).length;
            const total = `${String(rows.length)} rows`;
            done(wrong === 0 ? total : `${String(wrong)} of ${total} are not as expected`);
            const names = declared.tiers.map(({ name }) => name);
            return wrong === 0
                ? rows
                : explainRows(rows, await findProblems(client, declared.namespace, hints, names));
        });
    } finally {
        await probes.remove();
    }
}

/**
 * Starts all checks, side by side.
 *
 * @param sampleApplication the stack runs the project's own application, which takes jobs
 */
function startChecks(context: Context, sampleApplication: boolean): (Promise<Row> | Promise<Row[]>)[] {
    return [
        ...checkDns(context),
        ...checkHttp(context),
        ...checkLogins(context),
        ...(sampleApplication ? [checkEndToEnd(context)] : []),
        checkReachability(context),
        checkExposure(context),
        ...checkPolicies(context),
        ...checkBalancing(context),
    ];
}

/** Rejects when the command is interrupted. */
async function aborted(signal: AbortSignal): Promise<never> {
    return await new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
            reject(new Error("stopped"));
        });
    });
}

/** Chooses the images of the probe pods among those that the cluster has already. */
function probeContainers(tiers: readonly LiveTier[], namespace: string): ProbeContainers {
    const deployed = tiers.filter(({ deployment }) => deployment !== undefined);
    const clients = deployed.filter(({ protocol }) => protocol === "mysql" || protocol === "redis");
    // Their official images have bash and getent; other images may not.
    const plain = clients.find(({ protocol }) => protocol === "redis") ?? clients[0] ?? deployed[0];
    if (plain === undefined) {
        throw new CommandFailure(
            `None of the stack's tiers is deployed in the namespace ${namespace}.`,
            "Bring it up first: npm run up",
        );
    }
    return { plain, clients };
}
