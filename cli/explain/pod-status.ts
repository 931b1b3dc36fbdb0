import type { V1EndpointSlice, V1Pod } from "@kubernetes/client-node";

/** The time that a pod which its node has ended counts as evidence, in ms: as long as Kubernetes keeps its events. */
const recent = 3_600_000;

/** Tells a pod that its node has ended before the recent past: Kubernetes keeps such pods for days. */
export function endedLongAgo({ status }: Pick<V1Pod, "status">, now: number): boolean {
    const changes = (status?.conditions ?? []).map(
        ({ lastTransitionTime }) => lastTransitionTime?.getTime() ?? 0,
    );
    return status?.phase === "Failed" && now - Math.max(0, ...changes) > recent;
}

/** Tells a pod that is ready. */
export function isReady({ status }: V1Pod): boolean {
    return status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** The ready endpoints of a slice. */
export function readyEndpoints(slice: V1EndpointSlice): V1EndpointSlice["endpoints"] {
    // Without a pod the API says null, though the client library knows nothing of it.
    const endpoints: unknown = slice.endpoints;
    return endpoints === null ? [] : slice.endpoints.filter(({ conditions }) => conditions?.ready !== false);
}
