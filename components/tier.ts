import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import {
    ConfigMap,
    PersistentVolumeClaim,
    Secret,
    Service,
    ServiceAccount,
} from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentsError } from "./arguments-error";
import { defaultClusterDomain, defaultCpuUtilization, tierDefaults } from "./defaults";
import { Labels, selectorLabels } from "./labels";
import { ingressPolicy, ownPolicy, podsIn } from "./network-policy";
import { ConnectionArgs, Peer } from "./peer";
import { fileKey, podSpec } from "./pod";
import { ServiceAddress, serviceAddress } from "./service-address";
import { hasState, leastReplicas, TierArgs, tierMistakes } from "./tier-args";
import { Protocol } from "./topology";

/** Kubernetes' own default of a Deployment, in seconds. */
const defaultProgressDeadlineSeconds = 600;

/** What the provider need not wait for: its Deployment proves a Service, and a bound claim's update never ends. */
const skipAwait = { "pulumi.com/skipAwait": "true" };

interface Metadata {
    readonly namespace: pulumi.Input<string>;
    readonly labels: Record<string, string>;
}

function progressDeadlineSeconds(args: TierArgs): number {
    const ofPeers = (args.connectsTo ?? []).map((peer) => peer.progressDeadlineSeconds + 60);
    return args.progressDeadlineSeconds ?? Math.max(defaultProgressDeadlineSeconds, ...ofPeers);
}

function byKey(files: Readonly<Record<string, pulumi.Input<string>>>): Record<string, pulumi.Input<string>> {
    return Object.fromEntries(Object.entries(files).map(([path, content]) => [fileKey(path), content]));
}

/**
 * One tier of an application: a Deployment and the ClusterIP Service that gives its pods a stable name and IP, with
 * a ServiceAccount, the NetworkPolicies of its connections, and what its arguments ask for beyond that. The Service
 * is named as the component, since DNS is a contract; so are the claims `<tier>-<volume>`. All else is auto-named.
 */
export class Tier extends pulumi.ComponentResource implements Peer {
    readonly tierName: string;
    readonly namespace: pulumi.Output<string>;
    readonly address: pulumi.Output<ServiceAddress>;
    readonly port: number;
    readonly selectorLabels: Labels;
    readonly connection: ConnectionArgs;
    readonly progressDeadlineSeconds: number;
    readonly protocol: Protocol;
    /** The names of the tiers that this one connects to. */
    readonly connectsTo: readonly string[];
    /** The name of the tier's Deployment. */
    readonly deploymentName: pulumi.Output<string>;

    /**
     * @param type The type token, for a component that is a tier.
     * @throws {ArgumentsError} naming each argument that can't be used, before anything is created.
     */
    constructor(
        name: string,
        args: TierArgs,
        opts?: pulumi.ComponentResourceOptions,
        type = "multitier:components:Tier",
    ) {
        const mistakes = tierMistakes(name, args);
        if (mistakes.length > 0) {
            throw new ArgumentsError(`${type} "${name}"`, mistakes);
        }
        super(type, name, {}, opts);
        this.tierName = name;
        this.namespace = pulumi.output(args.namespace);
        this.port = args.port;
        this.selectorLabels = selectorLabels(name);
        this.connection = args.connection ?? {};
        this.progressDeadlineSeconds = progressDeadlineSeconds(args);
        this.protocol = args.protocol ?? "tcp";
        this.connectsTo = (args.connectsTo ?? []).map((peer) => peer.tierName);

        const metadata = { namespace: args.namespace, labels: { ...args.labels, ...this.selectorLabels } };
        const service = new Service(
            `${name}-service`,
            {
                metadata: { ...metadata, name, annotations: skipAwait },
                spec: {
                    type: "ClusterIP",
                    selector: this.selectorLabels,
                    ports: [{ name: "main", port: args.port, targetPort: "main", protocol: "TCP" }],
                },
            },
            { parent: this },
        );
        this.address = pulumi
            .all([
                service.metadata.name,
                service.metadata.namespace,
                args.clusterDomain ?? defaultClusterDomain,
            ])
            .apply(([serviceName, namespace, domain]) =>
                serviceAddress(serviceName, namespace, domain, args.port),
            );
        this.deploymentName = this.createDeployment(args, metadata).metadata.name;
        this.createScaling(args, metadata);
        this.createPolicies(args, metadata);

        this.registerOutputs({ address: this.address, deploymentName: this.deploymentName });
    }

    private createDeployment(args: TierArgs, metadata: Metadata): Deployment {
        const state = hasState(args);
        const autoscaled = args.autoscaling !== undefined;
        const timeout = `${String(this.progressDeadlineSeconds + 60)}s`;
        return new Deployment(
            `${this.tierName}-deployment`,
            {
                metadata,
                spec: {
                    ...(!autoscaled && { replicas: args.replicas ?? tierDefaults.replicas }),
                    selector: { matchLabels: this.selectorLabels },
                    strategy: state
                        ? { type: "Recreate" }
                        : { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
                    progressDeadlineSeconds: this.progressDeadlineSeconds,
                    // One, to look at; a rollback is an `up` of the former program, as the former Secrets are gone.
                    revisionHistoryLimit: 1,
                    template: {
                        metadata: {
                            labels: metadata.labels,
                            ...(args.podAnnotations !== undefined && { annotations: args.podAnnotations }),
                        },
                        spec: podSpec(this.tierName, this.selectorLabels, args, {
                            serviceAccountName: this.createServiceAccount(metadata),
                            filesName: this.createFiles(args, metadata),
                            secretFilesName: this.createSecretFiles(args, metadata),
                            claimNames: this.createClaims(args, metadata),
                        }),
                    },
                },
            },
            {
                parent: this,
                // Two pods would wait for each other's lock on the volume, or write one file.
                deleteBeforeReplace: state,
                // Dropping the field while it is still ours would scale the tier to one pod; once the autoscaler
                // has set it, the provider leaves it alone (pulumi-kubernetes#2491).
                ignoreChanges: autoscaled ? ["spec.replicas"] : [],
                customTimeouts: { create: timeout, update: timeout },
            },
        );
    }

    private createServiceAccount(metadata: Metadata): pulumi.Output<string> {
        const account = new ServiceAccount(
            `${this.tierName}-service-account`,
            { metadata, automountServiceAccountToken: false },
            { parent: this },
        );
        return account.metadata.name;
    }

    private createFiles({ files }: TierArgs, metadata: Metadata): pulumi.Output<string> | undefined {
        return files === undefined
            ? undefined
            : new ConfigMap(
                  `${this.tierName}-files`,
                  { metadata, immutable: true, data: byKey(files) },
                  { parent: this },
              ).metadata.name;
    }

    private createSecretFiles(
        { secretFiles }: TierArgs,
        metadata: Metadata,
    ): pulumi.Output<string> | undefined {
        return secretFiles === undefined
            ? undefined
            : new Secret(
                  `${this.tierName}-secret-files`,
                  { metadata, immutable: true, stringData: byKey(secretFiles) },
                  { parent: this },
              ).metadata.name;
    }

    private createClaims(args: TierArgs, metadata: Metadata): Record<string, pulumi.Output<string>> {
        const claims = Object.entries(args.persistentVolumes ?? {}).map(
            ([volume, { size, storageClassName }]) => {
                const claimName = `${this.tierName}-${volume}`;
                const claim = new PersistentVolumeClaim(
                    `${claimName}-claim`,
                    {
                        metadata: { ...metadata, name: claimName, annotations: skipAwait },
                        spec: {
                            accessModes: ["ReadWriteOnce"],
                            resources: { requests: { storage: size } },
                            ...(storageClassName !== undefined && { storageClassName }),
                        },
                    },
                    { parent: this, protect: args.protect ?? false },
                );
                return [volume, claim.metadata.name] as const;
            },
        );
        return Object.fromEntries(claims);
    }

    private createScaling(args: TierArgs, metadata: Metadata): void {
        if (args.autoscaling !== undefined) {
            const { minReplicas, maxReplicas, targetCpuUtilization } = args.autoscaling;
            new HorizontalPodAutoscaler(
                `${this.tierName}-autoscaler`,
                {
                    metadata,
                    spec: {
                        scaleTargetRef: {
                            apiVersion: "apps/v1",
                            kind: "Deployment",
                            name: this.deploymentName,
                        },
                        minReplicas,
                        maxReplicas,
                        metrics: [
                            {
                                type: "Resource",
                                resource: {
                                    name: "cpu",
                                    target: {
                                        type: "Utilization",
                                        averageUtilization: targetCpuUtilization ?? defaultCpuUtilization,
                                    },
                                },
                            },
                        ],
                    },
                },
                { parent: this },
            );
        }
        // With one pod, a budget would only block the draining of its node (helm/charts#7127).
        if (leastReplicas(args) >= 2) {
            new PodDisruptionBudget(
                `${this.tierName}-disruption-budget`,
                {
                    metadata,
                    spec: {
                        maxUnavailable: 1,
                        selector: { matchLabels: this.selectorLabels },
                        unhealthyPodEvictionPolicy: "AlwaysAllow",
                    },
                },
                { parent: this },
            );
        }
    }

    private createPolicies(args: TierArgs, metadata: Metadata): void {
        const peers = args.connectsTo ?? [];
        new NetworkPolicy(
            `${this.tierName}-policy`,
            {
                metadata,
                spec: ownPolicy(
                    this.selectorLabels,
                    this.port,
                    peers,
                    args.connectsFrom,
                    args.additionalEgress,
                ),
            },
            { parent: this },
        );
        for (const peer of peers) {
            new NetworkPolicy(
                `${this.tierName}-to-${peer.tierName}-policy`,
                {
                    metadata: { ...metadata, namespace: peer.namespace },
                    spec: ingressPolicy(peer, podsIn(this.namespace, this.selectorLabels)),
                },
                { parent: this },
            );
        }
    }
}
