import { isWithin } from "./change.ts";

/**
 * The properties whose change makes the Kubernetes provider replace an object, beside its name and namespace: `forceNew` in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.25.0/provider/pkg/provider/diff.go. Only for comparisons without an
 * engine, which otherwise gives the reasons itself.
 */
const replacing: Readonly<Record<string, readonly string[]>> = {
    "kubernetes:apps/v1:Deployment": ["spec.selector"],
    "kubernetes:apps/v1:DaemonSet": ["spec.selector"],
    "kubernetes:apps/v1:StatefulSet": [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ],
    "kubernetes:batch/v1:Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
    "kubernetes:core/v1:ConfigMap": ["data", "binaryData"],
    "kubernetes:core/v1:PersistentVolumeClaim": [
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ],
    "kubernetes:core/v1:Secret": ["type", "data", "stringData"],
    "kubernetes:core/v1:Service": ["spec.clusterIP"],
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
    "kubernetes:storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

const identifying = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** Tells if a change of a property replaces a resource of a type. */
export function isReplacing(type: string, path: string): boolean {
    if (type.startsWith("random:")) {
        return true;
    }
    return (
        type.startsWith("kubernetes:") &&
        [...identifying, ...(replacing[type] ?? [])].some((property) => isWithin(path, property))
    );
}
