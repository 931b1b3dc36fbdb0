import type { ContainerEvidence, Diagnosis, PodEvidence, TierEvidence } from "./evidence.ts";

/** How many events and lines of a log are shown. */
const shownEvents = 3;
const shownLines = 6;

/**
 * What a colleague would look at, for people: the pods with their states, the last lines of those that are not ready,
 * the last warnings, the endpoints; then the likely cause and what to do.
 */
export function describeTier(evidence: TierEvidence, { cause, remedy }: Diagnosis): string {
    const { pods, replicas, events, endpoints } = evidence;
    const unready = pods.filter(({ ready }) => !ready);
    // What was said about a pod that is well by now would only mislead.
    const well = pods.filter(({ ready }) => ready).map(({ name }) => `Pod ${name}`);
    const warnings = events
        .filter(({ warning, object }) => warning && !well.includes(object))
        .slice(-shownEvents);
    return [
        cause,
        `→ ${remedy}`,
        ...(replicas === undefined ? [] : [`${String(pods.length)} of ${String(replicas)} pods are there:`]),
        ...pods.map((pod) => `  ${describePod(pod)}`),
        ...unready.flatMap(describeLogs),
        ...warnings.map(
            ({ object, reason, message }) => `Event of ${object}: ${reason}: ${oneLine(message)}`,
        ),
        `Endpoints of the Service: ${endpoints.join(", ") || "none"}`,
    ].join("\n");
}

function describePod({ name, phase, ready, containers, unschedulable }: PodEvidence): string {
    const states = containers
        .filter((container) => !ready || container.restarts > 0)
        .map(stateOf)
        .filter((state) => state !== "");
    return [
        `${name}: ${phase}, ${ready ? "ready" : "not ready"}`,
        ...(unschedulable === undefined ? [] : ["has no node"]),
        ...states,
    ].join("; ");
}

function stateOf({ name, init, waiting, terminated, restarts }: ContainerEvidence): string {
    if (init && waiting === undefined && terminated?.exitCode === 0) {
        return "";
    }
    const parts = [
        ...(waiting === undefined ? [] : [`waiting (${waiting.reason})`]),
        ...(terminated === undefined || terminated.exitCode === 0
            ? []
            : [`ended with exit code ${String(terminated.exitCode)} (${terminated.reason})`]),
        ...(restarts > 0 ? [`${String(restarts)} restarts`] : []),
    ];
    return parts.length === 0 ? "" : `${name} ${parts.join(", ")}`;
}

function describeLogs({ name, containers }: PodEvidence): string[] {
    return containers
        .filter(({ log }) => log.length > 0)
        .flatMap((container) => [
            `Last lines of ${name} (${container.name}):`,
            ...container.log.slice(-shownLines).map((line) => `  ${oneLine(line)}`),
        ]);
}

/** The longest line that is shown in full. */
const widest = 300;

function oneLine(text: string): string {
    const line = text.trim().replaceAll(/\s+/g, " ");
    return line.length > widest ? `${line.slice(0, widest)}…` : line;
}
