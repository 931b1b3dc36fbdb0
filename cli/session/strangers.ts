import type { KubernetesObject } from "@kubernetes/client-node";
import * as v from "valibot";

import type { CreatedResource } from "../../rendering/created-resources.ts";
import { renderProgram } from "../../rendering/render-program.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Kind, LiveObject } from "../kubernetes/live-object.ts";
import { itemsUnlessForbidden, undefinedIfMissing } from "../kubernetes/objects.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import type { LiveCluster } from "./cluster.ts";
import { isMadeWith } from "./orphans.ts";
import type { ResolvedStack } from "./resolve-stack.ts";
import { stackConfig } from "./stack-file-text.ts";
import type { StackState } from "./state-file.ts";

const labelsSchema = v.optional(v.record(v.string(), v.string()), {});
const templateSchema = v.object({ metadata: v.object({ labels: labelsSchema }) });
const workloadSchema = v.object({ spec: v.object({ template: templateSchema }) });
const cronJobSchema = v.object({ spec: v.object({ jobTemplate: workloadSchema }) });
const podSchema = v.object({
    metadata: v.object({ labels: labelsSchema, deletionTimestamp: v.optional(v.unknown()) }),
    status: v.optional(v.object({ phase: v.optional(v.string()) }), {}),
});

const namedSchema = v.object({
    apiVersion: v.string(),
    kind: v.string(),
    metadata: v.object({ name: v.string() }),
});
const selectorSchema = v.object({
    spec: v.object({ selector: v.object({ matchLabels: v.record(v.string(), v.string()) }) }),
});

/** The kinds that make pods. What a controller of them makes itself has an owner. */
const workloadKinds: readonly Kind[] = [
    ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map((kind) => ({
        apiVersion: "apps/v1",
        kind,
    })),
    { apiVersion: "v1", kind: "ReplicationController" },
    { apiVersion: "batch/v1", kind: "Job" },
    { apiVersion: "batch/v1", kind: "CronJob" },
];

/** An object with the labels of the pods that it makes, or is. */
interface Workload {
    readonly kind: string;
    readonly object: LiveObject;
    readonly podLabels: Readonly<Record<string, string>>;
}

/**
 * Checks that a stack can be in a namespace beside what others have there: an object of a name that one of the stack's has,
 * or a pod that the stack's Services and policies would select.
 *
 * @throws CommandFailure with each of them
 */
export async function refuseStrangers(
    { ref, source, config }: ResolvedStack,
    { client, namespace }: LiveCluster,
    state: StackState,
    report: ReportProgress,
): Promise<void> {
    const entries = { ...stackConfig(source), ...config };
    const resources = await renderProgram(ref.project.folder, ref.shortName, entries, ref.project.name);
    const problems = [
        ...(await namesTaken(client, namespace, resources, state)),
        ...(await podsSelected(client, namespace, resources, state, report)),
    ];
    if (problems.length > 0) {
        throw new CommandFailure(
            `The namespace ${namespace} has what ${ref.title} can't be beside; nothing was changed:\n` +
                problems.map((problem) => `  - ${problem}`).join("\n"),
            "Rename what is there, use another namespace, or, if it may go for good, delete it: " +
                `kubectl --namespace ${namespace} delete KIND NAME`,
        );
    }
}

/** Finds the objects that have the names of the stack's, and are not in its state. */
async function namesTaken(
    client: KubernetesClient,
    namespace: string,
    resources: readonly CreatedResource[],
    { objects }: StackState,
): Promise<string[]> {
    const named = resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ inputs }) => v.safeParse(namedSchema, inputs))
        .flatMap(({ success, output }) => (success ? [output] : []));
    const taken = named.map(async ({ apiVersion, kind, metadata: { name } }) => {
        const header = { apiVersion, kind, metadata: { name, namespace } };
        const live = await undefinedIfMissing(client.objects.read(header));
        const known = objects.find(
            (object) => object.kind === kind && object.namespace === namespace && object.name === name,
        );
        return live === undefined || (known !== undefined && known.uid === live.metadata?.uid)
            ? []
            : [`the ${kind} ${name}: the stack's own has this name, and this one is not in its state`];
    });
    return (await Promise.all(taken)).flat();
}

/** Finds the workloads of others whose pods carry the labels by which the stack selects its own; where none does, the pods. */
async function podsSelected(
    client: KubernetesClient,
    namespace: string,
    resources: readonly CreatedResource[],
    state: StackState,
    report: ReportProgress,
): Promise<string[]> {
    const selectors = resources
        .filter(({ type }) => type.endsWith(":Deployment"))
        .map(({ inputs }) => v.parse(selectorSchema, inputs).spec.selector.matchLabels);
    const list = async ({ apiVersion, kind }: Kind): Promise<readonly KubernetesObject[] | undefined> =>
        await itemsUnlessForbidden(client.objects.list(apiVersion, kind, namespace));
    const lists = await Promise.all(
        workloadKinds.map(async (each) => ({ kind: each.kind, items: await list(each) })),
    );
    const unseen = lists.flatMap(({ kind, items }) => (items === undefined ? [`${kind}s`] : []));
    if (unseen.length > 0) {
        report(`not checked, but for the pods that run, since you may not list them: ${unseen.join(", ")}`);
    }
    const workloads = lists
        .flatMap(({ kind, items = [] }) => items.map((object) => workload(kind, object)))
        .filter(({ object }) => (object.metadata?.ownerReferences ?? []).length === 0);
    const pods = ((await list({ apiVersion: "v1", kind: "Pod" })) ?? []).flatMap(livingPod);
    return selectors.flatMap((selector) => {
        const strangers = (among: readonly Workload[]): Workload[] =>
            among.filter(
                ({ object, podLabels }) =>
                    !isMadeWith(object, state) &&
                    Object.entries(selector).every(([key, value]) => podLabels[key] === value),
            );
        const makers = strangers(workloads);
        const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
        return (makers.length > 0 ? makers : strangers(pods)).map(
            ({ kind, object }) =>
                `the ${kind} ${object.metadata?.name ?? ""}: ${kind === "Pod" ? "it has" : "its pods have"} the label ` +
                `${labels.join()}, by which the stack's Services and policies select its own pods`,
        );
    });
}

function workload(kind: string, object: KubernetesObject): Workload {
    const template = v.safeParse(workloadSchema, object);
    const ofJobs = v.safeParse(cronJobSchema, object);
    const spec = template.success
        ? template.output.spec
        : ofJobs.success
          ? ofJobs.output.spec.jobTemplate.spec
          : undefined;
    return { kind, object, podLabels: spec?.template.metadata.labels ?? {} };
}

/** A pod, unless it has ended or is ending. */
function livingPod(object: KubernetesObject): Workload[] {
    const { metadata, status } = v.parse(podSchema, object);
    const ended =
        metadata.deletionTimestamp !== undefined || ["Succeeded", "Failed"].includes(status.phase ?? "");
    return ended ? [] : [{ kind: "Pod", object, podLabels: metadata.labels }];
}
