/** A kind of Kubernetes object, as an API request names it. */
export interface Kind {
    readonly apiVersion: string;
    readonly kind: string;
}

/**
 * The kinds of namespaced objects that the components create, apart from claims: what an interrupted `up` can
 * leave behind without its state knowing. A test compares them with the golden manifests.
 */
export const componentKinds: readonly Kind[] = [
    { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
    { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
    { apiVersion: "apps/v1", kind: "Deployment" },
    { apiVersion: "v1", kind: "Service" },
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
    { apiVersion: "v1", kind: "ConfigMap" },
    { apiVersion: "v1", kind: "Secret" },
    { apiVersion: "v1", kind: "ServiceAccount" },
];
