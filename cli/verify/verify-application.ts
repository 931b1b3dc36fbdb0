import { CommandFailure } from "../terminal/failure.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Command } from "../terminal/run-command.ts";
import { explainIngresses, explainTiers } from "../explain/explain.ts";
import type { Vocabulary } from "../explain/diagnose-tier.ts";
import { runChecks } from "./checks.ts";
import { limitedExec } from "./context.ts";
import { explainRows, isUnexpected, type Findings } from "./explain-rows.ts";
import { checkIndependence } from "./independence-check.ts";
import { createProbes } from "./probe-pods.ts";
import type { ProbeContainers } from "./probe-manifests.ts";
import type { Row } from "./row.ts";
import { readTiers, type Declared, type LiveTier } from "./subject.ts";

/** What is verified. */
export interface Verification {
    readonly client: KubernetesClient;
    readonly declared: Declared;
    /** Whether what runs is the project's own application, which takes jobs. */
    readonly sampleApplication: boolean;
    /** How the stack's settings are named, and the command that makes the cluster what the program says, again. */
    readonly words: Vocabulary;
    /** Whether pods of the stack may be deleted, to see that the others stay. */
    readonly disruptive: boolean;
}

/**
 * Checks an application from inside its cluster, and leaves nothing behind.
 *
 * @throws StepFailure or Interrupted
 */
export async function verifyApplication(
    verification: Verification,
    { progress, interruption }: Command,
): Promise<readonly Row[]> {
    const { client, declared, sampleApplication, words, disruptive } = verification;
    const tiers = await readTiers(client, declared);
    const signal = interruption.requested;
    const probes = await progress.step("Probe pods", async (talk) => {
        const containers = probeContainers(tiers, declared.namespace);
        const made = await createProbes(client, declared.namespace, declared.tiers, containers, talk, signal);
        talk.done("4, in the application's namespace and one of their own");
        return made;
    });
    try {
        return await progress.step("Checks", async ({ status, done }) => {
            const { refresh } = words;
            const context = { client, declared, tiers, probes, refresh, exec: limitedExec(client) };
            const checks = runChecks(context, sampleApplication, (count, all) => {
                status(`${String(count)} of ${String(all)} parts`);
            });
            const rows = await Promise.race([checks, aborted(signal)]);
            // What is broken already is not disturbed further.
            if (disruptive && !rows.some(isUnexpected)) {
                status("deleting a pod of each tier without state");
                rows.push(...(await Promise.race([checkIndependence(context), aborted(signal)])));
            }
            const wrong = rows.filter(isUnexpected).length;
            done(
                wrong === 0
                    ? `${String(rows.length)} rows`
                    : `${String(wrong)} of ${String(rows.length)} rows are not as expected`,
            );
            return wrong === 0 ? rows : explainRows(rows, await findings(verification));
        });
    } finally {
        await probes.remove();
    }
}

/** Looks at the tiers and the Ingress for what may be behind rows that are not as expected. */
async function findings({ client, declared, words }: Verification): Promise<Findings> {
    const { namespace, tiers, url } = declared;
    const names = tiers.map(({ name }) => name);
    const [ofTiers, ingress] = await Promise.all([
        explainTiers(client, namespace, names, words),
        url === undefined ? undefined : explainIngresses(client, namespace),
    ]);
    return { tiers: ofTiers, ingress };
}

/** Rejects when the command is to stop. */
async function aborted(signal: AbortSignal): Promise<never> {
    return await new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
            reject(new Error("stopped"));
        });
    });
}

/** What the probe pods are made from: nothing that the cluster has not got already. */
function probeContainers(tiers: readonly LiveTier[], namespace: string): ProbeContainers {
    const deployed = tiers.filter(({ deployment }) => deployment !== undefined);
    const clients = deployed.filter(({ protocol }) => protocol === "mysql" || protocol === "redis");
    // The official images of these have bash and getent; of the others nobody knows.
    const plain = clients.find(({ protocol }) => protocol === "redis") ?? clients[0] ?? deployed[0];
    if (plain === undefined) {
        throw new CommandFailure(
            `None of the stack's tiers is deployed in the namespace ${namespace}.`,
            "Bring it up first: npm run up",
        );
    }
    return { plain, clients };
}
