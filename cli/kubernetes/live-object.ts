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

/**
 * The fields that the commands read of an object of the cluster. The client's own classes have this form; so has any
 * object literal.
 */
export interface LiveObject {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: {
        readonly name?: string;
        readonly namespace?: string;
        readonly uid?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly ownerReferences?: readonly unknown[];
        readonly deletionTimestamp?: Date;
    };
}

/** A PersistentVolumeClaim. */
export interface LiveClaim extends LiveObject {
    readonly spec?: {
        readonly storageClassName?: string;
        readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
    };
}

/** An Ingress. */
export interface LiveIngress extends LiveObject {
    readonly spec?: {
        readonly ingressClassName?: string;
        readonly rules?: readonly { readonly host?: string }[];
    };
}

/** A StorageClass. */
export interface LiveStorageClass extends LiveObject {
    readonly allowVolumeExpansion?: boolean;
}

/** A Kubernetes object by what identifies it in one cluster, its API version aside. */
export interface ObjectIdentity {
    readonly kind: string;
    /** undefined for what has no namespace. */
    readonly namespace: string | undefined;
    readonly name: string;
}

/** The fields that identify a live object. */
export function identityOf(object: LiveObject): ObjectIdentity {
    return {
        kind: object.kind ?? "",
        namespace: object.metadata?.namespace,
        name: object.metadata?.name ?? "",
    };
}

/** One text for an identity, to compare and to show. */
export function nameOf({ kind, namespace, name }: ObjectIdentity): string {
    return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
