import { loadYaml, type V1NetworkPolicy } from "@kubernetes/client-node";

import type { CreatedResource } from "../../rendering/created-resources";

/** Reads a NetworkPolicy from a manifest, which may lack its kind, into the form of the client library. */
export function readNetworkPolicy(manifest: unknown): V1NetworkPolicy {
    const kind = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
    // JSON is YAML, and only the library's reader of YAML makes its own form of an object.
    return loadYaml<V1NetworkPolicy>(JSON.stringify(Object.assign({}, manifest, kind)));
}

/** The NetworkPolicies among resources. */
export function policiesAmong(resources: readonly CreatedResource[]): V1NetworkPolicy[] {
    return resources
        .filter(({ type }) => type.endsWith(":NetworkPolicy"))
        .map(({ inputs }) => readNetworkPolicy(inputs));
}
