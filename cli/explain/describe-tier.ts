import { oneLine } from "../terminal/text.ts";
import {
    livingPods,
    unreadyPods,
    type ContainerEvidence,
    type Diagnosis,
    type PodEvidence,
    type TierEvidence,
} from "./evidence.ts";

/** The number of events and of lines of a log that are shown. */
const shownEvents = 3;
const shownLines = 6;

/** The longest line that is shown in full. */
const widest = 300;

/**
 * Describes a tier with its likely problem: cause and remedy first, then the pods with their states, the last lines of
 * those that are not ready, the last warnings and the endpoints.
 */
export function describeTier(evidence: TierEvidence, { cause, remedy }: Diagnosis): string {
    const { pods, replicas, events, endpoints } = evidence;
    // A warning about a pod that is ready by now would only mislead.
    const ready = pods.filter(({ ready }) => ready).map(({ name }) => `Pod ${name}`);
    const warnings = events
        .filter(({ warning, object }) => warning && !ready.includes(object))
        .slice(-shownEvents);
    return [
        cause,
        `→ ${remedy}`,
        ...(replicas === undefined
            ? []
            : [`${String(livingPods(pods).length)} of ${String(replicas)} pods are there:`]),
        ...pods.map((pod) => `  ${describePod(pod)}`),
        ...unreadyPods(pods).flatMap(describeLogs),
        ...warnings.map(
            ({ object, reason, message }) => `Event of ${object}: ${reason}: ${oneLine(message, widest)}`,
        ),
        `Endpoints of the Service: ${endpoints.join(", ") || "none"}`,
    ].join("\n");
}

function describePod({ name, phase, ready, containers, unschedulable, ended }: PodEvidence): string {
    if (ended !== undefined) {
        return `${name}: gone (${ended.reason || phase})`;
    }
    const states = containers
        .filter((container) => !ready || container.restarts > 0)
        .flatMap((container) => describeContainer(container) ?? []);
    return [
        `${name}: ${phase}, ${ready ? "ready" : "not ready"}`,
        ...(unschedulable === undefined ? [] : ["has no node"]),
        ...states,
    ].join("; ");
}

function describeContainer({ name, waiting, terminated, restarts }: ContainerEvidence): string | undefined {
    const parts = [
        ...(waiting === undefined ? [] : [`waiting (${waiting.reason ?? ""})`]),
        ...(terminated === undefined || terminated.exitCode === 0
            ? []
            : [`ended with exit code ${String(terminated.exitCode)} (${terminated.reason ?? ""})`]),
        ...(restarts > 0 ? [`${String(restarts)} restarts`] : []),
    ];
    return parts.length === 0 ? undefined : `${name} ${parts.join(", ")}`;
}

function describeLogs({ name, containers }: PodEvidence): string[] {
    return containers
        .filter(({ log }) => log.length > 0)
        .flatMap((container) => [
            `Last lines of ${name} (${container.name}):`,
            ...container.log.slice(-shownLines).map((line) => `  ${oneLine(line, widest)}`),
        ]);
}
