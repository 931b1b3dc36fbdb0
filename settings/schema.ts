import * as v from "valibot";
import * as defaults from "../components/defaults";
import * as fields from "./fields";
import { metadataText } from "./structure";

/** A setting that need not be given; `defaultText` says what happens then. */
function optional<const Schema extends v.GenericSchema>(
    schema: Schema,
    meaning: string,
    defaultText: string,
) {
    return v.exactOptional(v.pipe(schema, v.description(meaning), v.metadata({ defaultText })));
}

/** A setting with a default. */
function setting<const Schema extends v.GenericSchema>(
    schema: Schema,
    meaning: string,
    defaultValue: v.InferInput<Schema>,
) {
    return v.optional(v.pipe(schema, v.description(meaning)), defaultValue);
}

function mapping<const Entries extends v.ObjectEntries>(entries: Entries) {
    return v.strictObject(entries, ({ path }) => {
        const entry = entries[String(path?.[0].key)];
        return `missing; expected ${(entry && metadataText(entry, "expected")) ?? "a value"}`;
    });
}

/** Settings that can be left out together; `none` of them is the default. */
function group<const Entries extends v.ObjectEntries>(
    none: v.InferInput<ReturnType<typeof mapping<Entries>>>,
    meaning: string,
    entries: Entries,
) {
    return setting(mapping(entries), meaning, none);
}

/** The tiers whose image is built from `app/`, with what each has when its settings don't say. */
export const builtTierDefaults = {
    client: defaults.clientDefaults,
    server: defaults.serverDefaults,
    worker: defaults.workerDefaults,
} as const;

type Amounts = Readonly<Record<"cpu" | "memory" | "ephemeral-storage", string>>;

function amounts(meaning: string, meanings: Amounts, otherwise: Amounts) {
    return group({}, meaning, {
        cpu: setting(fields.cpu, meanings.cpu, otherwise.cpu),
        memory: setting(fields.bytes, meanings.memory, otherwise.memory),
        "ephemeral-storage": setting(
            fields.bytes,
            meanings["ephemeral-storage"],
            otherwise["ephemeral-storage"],
        ),
    });
}

/** Requests and limits of each of a tier's pods; spelled as in a container's `resources`. */
function resources({ requests, limits }: Readonly<Record<"requests" | "limits", Amounts>>) {
    return group({}, "The resources of each pod", {
        requests: amounts(
            "The resources that the scheduler keeps free for each pod",
            {
                cpu: "CPU kept free for each pod, in CPUs",
                memory: "Memory kept free for each pod, in bytes",
                "ephemeral-storage": "Local disk (logs, temporary files) kept free for each pod, in bytes",
            },
            requests,
        ),
        limits: amounts(
            "The resources that each pod may use at most",
            {
                cpu: "CPU at which each pod is slowed down, in CPUs",
                memory: "Memory at which each pod is killed, in bytes",
                "ephemeral-storage": "Local disk at which each pod is evicted, in bytes",
            },
            limits,
        ),
    });
}

const autoscaling = optional(
    mapping({
        minReplicas: setting(fields.autoscaledReplicas, "The least number of pods", 2),
        maxReplicas: v.pipe(fields.autoscaledReplicas, v.description("The greatest number of pods")),
        targetCpuUtilization: setting(
            fields.utilization,
            "The CPU use to aim at, in percent of the CPU request, averaged over the pods",
            defaults.defaultCpuUtilization,
        ),
    }),
    "Pods by CPU use, with a HorizontalPodAutoscaler, instead of a fixed number; needs metrics-server in the cluster",
    "off",
);

function builtTier(tier: keyof typeof builtTierDefaults, meaning: string) {
    return group({}, meaning, {
        image: optional(
            fields.image,
            "The image, with a tag or digest",
            "built from the tier's sources in `app/`, whose hash is the tag",
        ),
        replicas: optional(
            fields.replicas,
            "The number of pods; not together with autoscaling",
            String(builtTierDefaults[tier].replicas),
        ),
        autoscaling,
        resources: resources(builtTierDefaults[tier].resources),
    });
}

function storage(size: string, content: string) {
    return group({}, "The volume", {
        size: setting(
            fields.bytes,
            `Size of the volume with ${content}, in bytes; it can grow where its storage class allows that, never shrink`,
            size,
        ),
        className: optional(fields.objectName, "StorageClass of the volume", "the cluster's default class"),
        ephemeral: setting(
            fields.flag,
            "Whether the volume ends with its pod, which loses all data at each restart: for tests",
            false,
        ),
    });
}

function passwordVersion(whose: string) {
    return setting(
        fields.version,
        `Version of ${whose} password: increase it to rotate the password`,
        defaults.defaultPasswordVersion,
    );
}

/** Everything that a stack may say, under `multitier:` in `Pulumi.<stack>.yaml`. */
export const settingsSchema = mapping({
    context: v.pipe(fields.contextName, v.description("The kubeconfig context of the cluster to deploy to")),
    kubeconfig: optional(
        fields.filePath,
        "Path of one kubeconfig file; `~` is the home, and a relative path starts in the folder of `Pulumi.yaml`",
        "the files in `$KUBECONFIG`, merged, or else `~/.kube/config`",
    ),
    clusterUid: optional(
        fields.uid,
        "The UID of kube-system, or of existingNamespace, in the only cluster to use",
        "not compared",
    ),
    namespace: setting(
        fields.ownNamespace,
        "The namespace of the application, which the stack creates and removes",
        "shop",
    ),
    existingNamespace: optional(
        fields.namespaceName,
        "A namespace that exists, to use instead: nothing of others in it is changed, and rights in it alone are enough (docs/clusters.md)",
        "the stack creates `multitier:namespace`",
    ),
    clusterDomain: setting(
        fields.domain,
        "The cluster's DNS domain, the end of every FQDN",
        defaults.defaultClusterDomain,
    ),
    protect: setting(
        fields.flag,
        "Whether the volumes of MySQL and Redis are protected from being deleted, by `pulumi destroy` too",
        false,
    ),
    imagePullSecrets: setting(
        fields.objectNames,
        "Names of the Secrets, in the application's namespace, with which images are pulled",
        [],
    ),
    userId: optional(
        fields.none,
        "`none` leaves out the pods' user and group IDs, for a cluster that gives each namespace its own, with an fsGroup, as OpenShift",
        "10001",
    ),
    host: setting(
        fields.hostName,
        "The DNS name by which browsers reach the application: the Ingress' host",
        "localhost",
    ),
    ingress: group({}, "How the application is reached from outside the cluster", {
        className: setting(fields.objectName, "The IngressClass", "traefik"),
        externalPort: optional(
            fields.port,
            "The port by which browsers reach the ingress controller; a part of `url`",
            `${defaults.defaultExternalPorts.https} with tlsSecretName, else ${defaults.defaultExternalPorts.http}`,
        ),
        tlsSecretName: optional(
            fields.objectName,
            "A Secret of type kubernetes.io/tls in the application's namespace, with the certificate for host",
            "plain HTTP",
        ),
        await: setting(
            fields.flag,
            "Whether `up` waits until the ingress controller has taken on the Ingress; `false` for one that never fills in an Ingress' status",
            true,
        ),
        controller: group({}, "Where the ingress controller runs, for the NetworkPolicies", {
            namespace: setting(
                fields.namespaceName,
                "The namespace that the ingress controller runs in",
                "traefik",
            ),
            podLabels: setting(
                fields.labels,
                "The labels of the ingress controller's pods: only they, and `cidrs`, may reach client and server",
                { "app.kubernetes.io/name": "traefik" },
            ),
            cidrs: setting(
                fields.cidrs,
                "Addresses that may reach client and server too: the nodes' for a controller on the host network, a load balancer's that talks to pods directly",
                [],
            ),
        }),
    }),
    dns: group({}, "Where the cluster's DNS answers, for the NetworkPolicies", {
        namespace: setting(
            fields.namespaceName,
            "The namespace that the DNS pods run in; on OpenShift openshift-dns",
            defaults.dnsDefaults.namespace,
        ),
        podLabels: setting(
            fields.labels,
            "The labels of the DNS pods; on OpenShift `dns.operator.openshift.io/daemonset-dns: default`",
            defaults.dnsDefaults.podLabels,
        ),
        port: setting(
            fields.port,
            "The port of the DNS pods themselves, which their Service leads to; on OpenShift 5353",
            defaults.dnsDefaults.port,
        ),
        cidrs: setting(
            fields.cidrs,
            "Addresses at which nodes answer at port 53; where NodeLocal DNSCache answers at the Service's address, this too",
            [...defaults.dnsDefaults.cidrs],
        ),
    }),
    client: builtTier("client", "The client: the page"),
    server: builtTier("server", "The server: the API under /api"),
    worker: builtTier("worker", "The worker: it computes"),
    redis: group({}, "Redis: the queue", {
        image: setting(
            fields.image,
            "The image, with a tag or digest; Redis 7 or later",
            defaults.redisDefaults.image,
        ),
        maxMemory: setting(
            fields.bytes,
            "Memory for data, in bytes, above which Redis refuses writes; leave the limit room for its copy while it rewrites its file",
            defaults.redisDefaults.maxMemory,
        ),
        storage: storage(defaults.redisDefaults.storageSize, "the append-only file"),
        resources: resources(defaults.redisDefaults.resources),
    }),
    mysql: group({}, "MySQL: the database", {
        image: setting(
            fields.image,
            "The image, with a tag or digest; MySQL 8.4 or later",
            defaults.mysqlDefaults.image,
        ),
        database: setting(
            fields.mysqlDatabase,
            "The application's database",
            defaults.mysqlDefaults.database,
        ),
        user: setting(
            fields.mysqlUser,
            "The application's user, with rights on that database only",
            defaults.mysqlDefaults.user,
        ),
        storage: storage(defaults.mysqlDefaults.storageSize, "the data"),
        resources: resources(defaults.mysqlDefaults.resources),
    }),
    credentials: group({}, "The generated passwords", {
        mysql: passwordVersion("the application's MySQL"),
        mysqlRoot: passwordVersion("MySQL's root"),
        redis: passwordVersion("Redis'"),
    }),
});

/** The settings as the schema leaves them; `parse.ts` adds the defaults that depend on something else. */
export type ParsedSettings = v.InferOutput<typeof settingsSchema>;
