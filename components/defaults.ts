/*
 * Every default that is more than "none", said once: the components use it, and the schema of a stack's settings
 * imports it. Plain data, so that reading it loads nothing.
 */

/** The DNS domain that Kubernetes' installers give a cluster. */
export const defaultClusterDomain = "cluster.local";

/** The cluster's DNS with most installers, and the addresses of the nodes' own resolvers. */
export const dnsDefaults = {
    namespace: "kube-system",
    podLabels: { "k8s-app": "kube-dns" },
    port: 53,
    cidrs: ["169.254.20.10/32", "169.254.169.254/32"],
} as const;

/** The CPU use that an autoscaler aims at, in percent of the CPU request. */
export const defaultCpuUtilization = 70;

/** The port by which a scheme's URLs reach a host. */
export const defaultExternalPorts = { http: 80, https: 443 } as const;

/** The version that a generated password begins with. */
export const defaultPasswordVersion = 1;

/** Enough for a small server, little enough for a small cluster. */
export const tierDefaults = {
    replicas: 1,
    resources: {
        requests: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "256Mi" },
    },
} as const;

export const clientDefaults = {
    replicas: 2,
    resources: {
        requests: { cpu: "10m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "250m", memory: "128Mi", "ephemeral-storage": "256Mi" },
    },
} as const;

export const serverDefaults = {
    replicas: 2,
    resources: {
        requests: { cpu: "50m", memory: "96Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "256Mi" },
    },
} as const;

export const workerDefaults = {
    replicas: 1,
    resources: {
        requests: { cpu: "50m", memory: "96Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "1", memory: "256Mi", "ephemeral-storage": "256Mi" },
    },
} as const;

/** The memory is enough for MySQL's default buffer pool of 128 MiB and the peak while it initialises. */
export const mysqlDefaults = {
    /** An LTS version. */
    image: "docker.io/library/mysql:9.7",
    database: "app",
    user: "app",
    storageSize: "8Gi",
    resources: {
        requests: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "2", memory: "1Gi", "ephemeral-storage": "512Mi" },
    },
} as const;

/** More memory than the data may take up, for the buffers and the copies while Redis rewrites its file. */
export const redisDefaults = {
    image: "docker.io/library/redis:8.0",
    maxMemory: "128Mi",
    storageSize: "1Gi",
    resources: {
        requests: { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "512Mi" },
    },
} as const;
