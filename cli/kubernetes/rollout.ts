import { setTimeout as sleep } from "node:timers/promises";

import { tierLabel } from "../../components/labels.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { KubernetesClient } from "./client.ts";
import { labelSelector, type StackLabels } from "./stack-labels.ts";
import type { StepContext } from "../terminal/steps.ts";

// The provider's word is not enough (4.25.0, pkg/await/deployment.go). It takes its events from informers that all
// awaits share (pulumi-kubernetes#3733), and a new subscriber first gets what their cache has: for a moment still the
// Deployment before the patch. That one's generation has been observed, so the controller counts as having reconciled:
// the generation that was written is not asked for (pulumi-kubernetes#2943). The next event has the new spec with the
// former status, in which the revision is the former one: "no rollout" (pulumi-kubernetes#2756), and all is available.

/** The fields that say how far the rollout of a Deployment is. The client's own class has this form. */
export interface RollingDeployment {
    readonly metadata?: {
        readonly name?: string;
        readonly generation?: number;
        readonly labels?: Readonly<Record<string, string>>;
    };
    readonly spec?: {
        readonly replicas?: number;
        readonly paused?: boolean;
        readonly progressDeadlineSeconds?: number;
    };
    readonly status?: {
        readonly observedGeneration?: number;
        readonly replicas?: number;
        readonly updatedReplicas?: number;
        readonly availableReplicas?: number;
        readonly conditions?: readonly {
            readonly type: string;
            readonly status: string;
            readonly reason?: string;
            readonly lastUpdateTime?: Date;
        }[];
    };
}

/** The state of a rollout; `stuck` does not pass by itself. */
export type Rollout =
    { readonly state: "complete" } | { readonly state: "under way" | "stuck"; readonly detail: string };

/** Judges a rollout by what the cluster says of it, as `kubectl rollout status` does. */
export function judgeRollout({ metadata, spec, status = {} }: RollingDeployment): Rollout {
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
    if (observedGeneration < (metadata?.generation ?? 0)) {
        return { state: "under way", detail: "the cluster has not yet taken note of the change" };
    }
    const progressing = status.conditions?.find(({ type }) => type === "Progressing");
    if (progressing?.reason === "ProgressDeadlineExceeded") {
        const deadline = spec?.progressDeadlineSeconds;
        return {
            state: "stuck",
            detail: `no progress within its deadline${deadline === undefined ? "" : ` of ${deadline} s`}`,
        };
    }
    const wanted = spec?.replicas ?? 1;
    const detail =
        updatedReplicas < wanted
            ? `${updatedReplicas} of ${wanted} pods are of the new template`
            : replicas > wanted
              ? `${replicas - wanted} of ${replicas} pods have still to go`
              : availableReplicas < wanted
                ? `${availableReplicas} of ${wanted} pods are available`
                : undefined;
    if (detail === undefined) {
        return { state: "complete" };
    }
    return spec?.paused === true
        ? { state: "stuck", detail: `${detail}, and the Deployment is paused` }
        : { state: "under way", detail };
}

/** Interval of the requests to the cluster, in ms. */
const interval = 1000;

/** The time beyond a Deployment's progress deadline in which the cluster may say that it has passed, in ms. */
const grace = 30_000;

/** Kubernetes' default progress deadline, in seconds. */
const defaultDeadline = 600;

/** The waiting for the rollouts of a stack. */
export interface RolloutWait {
    /** Lists the stack's Deployments. */
    readonly list: () => Promise<readonly RollingDeployment[]>;
    readonly step: Pick<StepContext, "report" | "status">;
    /** Tells what keeps the tiers from getting ready. */
    readonly explain: () => Promise<readonly string[]>;
    readonly signal: AbortSignal;
    /** The command that removes the stack. */
    readonly down: string;
    /** Default: the real time. */
    readonly clock?: {
        readonly now: () => number;
        readonly sleep: (milliseconds: number) => Promise<unknown>;
    };
}

/**
 * Waits until the rollout of every Deployment is complete in the cluster's own words. Where all are, the cluster is
 * asked once.
 *
 * @throws CommandFailure if a rollout is stuck, or the cluster sees no progress for longer than its deadline
 */
export async function awaitRollouts(wait: RolloutWait): Promise<void> {
    const { list, step, explain, signal, down } = wait;
    const clock = wait.clock ?? {
        now: () => performance.now(),
        sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
    };
    const lastSeen = new Map<string, { readonly mark: string; readonly since: number }>();
    for (let told = false; ; told = true) {
        signal.throwIfAborted();
        const now = clock.now();
        const unfinished = (await list()).flatMap((deployment) => {
            const { name = "" } = deployment.metadata ?? {};
            const rollout = judgeRollout(deployment);
            if (rollout.state === "complete") {
                return [];
            }
            const mark = progressOf(deployment);
            const last = lastSeen.get(name);
            const since = last?.mark === mark ? last.since : now;
            lastSeen.set(name, { mark, since });
            const deadline = deployment.spec?.progressDeadlineSeconds ?? defaultDeadline;
            const silent = now - since > deadline * 1000 + grace;
            const detail = silent
                ? `${rollout.detail}, and the cluster has seen no progress for ${Math.round((now - since) / 1000)} s`
                : rollout.detail;
            const tier = deployment.metadata?.labels?.[tierLabel] ?? name;
            return [{ line: `${tier}: ${detail}`, stuck: silent || rollout.state === "stuck" }];
        });
        if (unfinished.length === 0) {
            return;
        }
        const stuck = unfinished.filter((each) => each.stuck).map(({ line }) => line);
        if (stuck.length > 0) {
            throw new CommandFailure(
                [`Rollouts that don't end:`, ...stuck, ...(await explain())].join("\n"),
                `What the program says is in the cluster and in the state, but not all of its pods work: correct it ` +
                    `and run this again, or remove it: ${down}`,
            );
        }
        const line = `waiting for rollouts: ${unfinished.map((each) => each.line).join("; ")}`;
        (told ? step.status : step.report)(line);
        await clock.sleep(interval);
    }
}

/**
 * Identifies the progress that the cluster has seen: it changes with each step of a rollout, and not when a pod merely
 * comes and goes, for which the cluster itself has no deadline once a rollout was complete.
 */
function progressOf({ metadata, status }: RollingDeployment): string {
    const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
    return JSON.stringify([metadata?.generation, status?.observedGeneration, progressing?.lastUpdateTime]);
}

/** The Deployments of a stack, as the cluster has them now. */
export async function listRollouts(
    { apps }: KubernetesClient,
    namespace: string,
    labels: StackLabels,
): Promise<readonly RollingDeployment[]> {
    return (await apps.listNamespacedDeployment({ namespace, labelSelector: labelSelector(labels) })).items;
}
