import * as v from "valibot";
import {
    autoscaledReplicas,
    bytes,
    contextName,
    cpu,
    domain,
    filePath,
    flag,
    hostName,
    image,
    labels,
    mysqlDatabase,
    mysqlUser,
    namespaceName,
    objectName,
    objectNames,
    ownNamespace,
    port,
    replicas,
    utilization,
    version,
} from "./fields";

/** A setting that need not be given; `otherwise` says what happens then. */
function optional<const Schema extends v.GenericSchema>(schema: Schema, meaning: string, otherwise: string) {
    return v.exactOptional(v.pipe(schema, v.description(meaning), v.metadata({ otherwise })));
}

/** A setting with a default. */
function setting<const Schema extends v.GenericSchema>(
    schema: Schema,
    meaning: string,
    defaultValue: v.InferInput<Schema>,
) {
    return v.optional(v.pipe(schema, v.description(meaning)), defaultValue);
}

/** The tiers whose image is built from `app/`, and how many pods each has when neither number nor range is given. */
export const defaultReplicas = { client: 2, server: 2, worker: 1 } as const;

interface Amounts {
    readonly cpu: string;
    readonly memory: string;
    readonly "ephemeral-storage": string;
}

function amounts(meaning: string, meanings: Amounts, defaults: Amounts) {
    return setting(
        v.object({
            cpu: setting(cpu, meanings.cpu, defaults.cpu),
            memory: setting(bytes, meanings.memory, defaults.memory),
            "ephemeral-storage": setting(bytes, meanings["ephemeral-storage"], defaults["ephemeral-storage"]),
        }),
        meaning,
        {},
    );
}

/** Requests and limits of each of a tier's pods; spelled as in a container's `resources`. */
function resources(requests: Amounts, limits: Amounts) {
    return setting(
        v.object({
            requests: amounts(
                "What the scheduler keeps free for each pod",
                {
                    cpu: "CPU kept free for each pod, in CPUs",
                    memory: "Memory kept free for each pod, in bytes",
                    "ephemeral-storage":
                        "Local disk (logs, temporary files) kept free for each pod, in bytes",
                },
                requests,
            ),
            limits: amounts(
                "What each pod may use at most",
                {
                    cpu: "CPU at which each pod is slowed down, in CPUs",
                    memory: "Memory at which each pod is killed, in bytes",
                    "ephemeral-storage": "Local disk at which each pod is evicted, in bytes",
                },
                limits,
            ),
        }),
        "The resources of each pod",
        {},
    );
}

const autoscaling = optional(
    v.pipe(
        v.object({
            minReplicas: setting(autoscaledReplicas, "The least number of pods", 2),
            maxReplicas: v.pipe(autoscaledReplicas, v.description("The greatest number of pods")),
            targetCpuUtilization: setting(
                utilization,
                "The CPU use to aim at, in percent of the CPU request, averaged over the pods",
                70,
            ),
        }),
        v.metadata({
            expected: "a mapping with maxReplicas, and minReplicas and targetCpuUtilization if wanted",
        }),
    ),
    "Pods by CPU use, with a HorizontalPodAutoscaler, instead of a fixed number; needs metrics-server in the cluster",
    "off",
);

function statelessTier(
    tier: keyof typeof defaultReplicas,
    meaning: string,
    requests: Amounts,
    limits: Amounts,
) {
    return setting(
        v.object({
            image: optional(
                image,
                "The image, with a tag or digest",
                "built from the tier's sources in `app/`, whose hash is the tag",
            ),
            replicas: optional(
                replicas,
                "The number of pods; not together with autoscaling",
                String(defaultReplicas[tier]),
            ),
            autoscaling,
            resources: resources(requests, limits),
        }),
        meaning,
        {},
    );
}

function storage(size: string, what: string) {
    return setting(
        v.object({
            size: setting(
                bytes,
                `Size of the volume with ${what}, in bytes; it can grow where its storage class allows that, never shrink`,
                size,
            ),
            className: optional(objectName, "StorageClass of the volume", "the cluster's default class"),
            ephemeral: setting(
                flag,
                "Whether the volume ends with its pod, which loses all data at each restart: for tests",
                false,
            ),
        }),
        "The volume",
        {},
    );
}

/** Everything that a stack may say, under `multitier:` in `Pulumi.<stack>.yaml`. */
export const settingsSchema = v.object({
    context: v.pipe(contextName, v.description("The kubeconfig context of the cluster to deploy to")),
    kubeconfig: optional(
        filePath,
        "Path of the kubeconfig file",
        "the files in `$KUBECONFIG`, or else `~/.kube/config`",
    ),
    namespace: setting(
        ownNamespace,
        "The namespace of the application, which the stack creates and removes",
        "shop",
    ),
    clusterDomain: setting(domain, "The cluster's DNS domain, the end of every FQDN", "cluster.local"),
    protect: setting(
        flag,
        "Whether the volumes of MySQL and Redis are protected from being deleted, by `pulumi destroy` too",
        false,
    ),
    imagePullSecrets: setting(
        objectNames,
        "Names of the Secrets, in the application's namespace, with which images are pulled",
        [],
    ),
    host: setting(
        hostName,
        "The DNS name by which browsers reach the application: the Ingress' host",
        "localhost",
    ),
    ingress: setting(
        v.object({
            className: setting(objectName, "The IngressClass", "traefik"),
            externalPort: optional(
                port,
                "The port by which browsers reach the ingress controller; a part of `url`",
                "443 with tlsSecretName, else 80",
            ),
            tlsSecretName: optional(
                objectName,
                "A Secret of type kubernetes.io/tls in the application's namespace, with the certificate for host",
                "plain HTTP",
            ),
            await: setting(
                flag,
                "Whether `up` waits until the ingress controller has taken on the Ingress; `false` for one that never fills in an Ingress' status",
                true,
            ),
            controller: setting(
                v.object({
                    namespace: setting(
                        namespaceName,
                        "The namespace that the ingress controller runs in",
                        "traefik",
                    ),
                    podLabels: setting(
                        labels,
                        "The labels of the ingress controller's pods: only they may reach client and server",
                        { "app.kubernetes.io/name": "traefik" },
                    ),
                }),
                "Where the ingress controller runs, for the NetworkPolicies",
                {},
            ),
        }),
        "How the application is reached from outside the cluster",
        {},
    ),
    client: statelessTier(
        "client",
        "The client: the page",
        { cpu: "10m", memory: "64Mi", "ephemeral-storage": "64Mi" },
        { cpu: "250m", memory: "128Mi", "ephemeral-storage": "256Mi" },
    ),
    server: statelessTier(
        "server",
        "The server: the API under /api",
        { cpu: "50m", memory: "96Mi", "ephemeral-storage": "64Mi" },
        { cpu: "500m", memory: "256Mi", "ephemeral-storage": "256Mi" },
    ),
    worker: statelessTier(
        "worker",
        "The worker: it computes",
        { cpu: "50m", memory: "96Mi", "ephemeral-storage": "64Mi" },
        { cpu: "1", memory: "256Mi", "ephemeral-storage": "256Mi" },
    ),
    redis: setting(
        v.object({
            image: setting(
                image,
                "The image, with a tag or digest; Redis 7 or later",
                "docker.io/library/redis:8.0",
            ),
            maxMemory: setting(
                bytes,
                "Memory for data, in bytes, above which Redis refuses writes; leave the limit room for its copy while it rewrites its file",
                "128Mi",
            ),
            storage: storage("1Gi", "the append-only file"),
            resources: resources(
                { cpu: "100m", memory: "64Mi", "ephemeral-storage": "64Mi" },
                { cpu: "500m", memory: "256Mi", "ephemeral-storage": "512Mi" },
            ),
        }),
        "Redis: the queue",
        {},
    ),
    mysql: setting(
        v.object({
            image: setting(
                image,
                "The image, with a tag or digest; MySQL 8.4 or later",
                "docker.io/library/mysql:9.7",
            ),
            database: setting(mysqlDatabase, "The application's database", "app"),
            user: setting(mysqlUser, "The application's user, with rights on that database only", "app"),
            storage: storage("8Gi", "the data"),
            resources: resources(
                { cpu: "250m", memory: "512Mi", "ephemeral-storage": "64Mi" },
                { cpu: "2", memory: "1Gi", "ephemeral-storage": "512Mi" },
            ),
        }),
        "MySQL: the database",
        {},
    ),
    credentials: setting(
        v.object({
            mysql: setting(
                version,
                "Version of the application's MySQL password: another number makes a new one",
                1,
            ),
            mysqlRoot: setting(
                version,
                "Version of MySQL's root password: another number makes a new one",
                1,
            ),
            redis: setting(version, "Version of Redis' password: another number makes a new one", 1),
        }),
        "The generated passwords",
        {},
    ),
});

/** The settings as the schema leaves them; `parse.ts` adds the defaults that depend on something else. */
export type ParsedSettings = v.InferOutput<typeof settingsSchema>;
