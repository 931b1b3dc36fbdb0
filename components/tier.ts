import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { Service } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentMistake, refuseMistakes } from "./arguments-error";
import { defaultClusterDomain, tierDefaults } from "./defaults";
import { authority, Labels, selectorLabels } from "./labels";
import { ingressPolicy, ownPolicy, podsIn } from "./network-policy";
import { ConnectionArgs, Peer } from "./peer";
import { optionsOf, placementOf } from "./placement";
import { podSpec } from "./pod";
import { createPodReferences, skipAwait, TierMetadata } from "./pod-references";
import { ServiceAddress, serviceAddress } from "./service-address";
import { hasState, TierArgs } from "./tier-args";
import { tierMistakes } from "./tier-mistakes";
import { createScaling } from "./tier-scaling";
import { Protocol } from "./topology";

/** Kubernetes' own default of a Deployment, in seconds. */
const defaultProgressDeadlineSeconds = 600;

function progressDeadlineSeconds(args: TierArgs): number {
    const ofPeers = (args.connectsTo ?? []).map((peer) => peer.progressDeadlineSeconds + 60);
    return args.progressDeadlineSeconds ?? Math.max(defaultProgressDeadlineSeconds, ...ofPeers);
}

/** A component that is a tier, and makes a tier's arguments from its own. */
export interface TierKind {
    /** The type token. */
    readonly type: string;
    /** The mistakes in its own arguments. */
    readonly mistakes?: readonly ArgumentMistake[];
    /** The names of its own arguments, by the tier's arguments that follow from them. */
    readonly argumentNames?: Readonly<Record<string, string>>;
}

/**
 * One tier of an application: a Deployment and the ClusterIP Service that gives its pods a stable name and IP, with
 * a ServiceAccount, the NetworkPolicies of its connections, and all that its arguments ask for beyond that. The
 * Service is named as the component, since DNS is a contract; so are the claims `<tier>-<volume>`. All else is
 * auto-named.
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
    readonly deployment: Deployment;
    readonly service: Service;

    /** @throws {ArgumentsError} naming each argument that can't be used, before anything is created. */
    constructor(
        name: string,
        args: TierArgs,
        opts?: pulumi.ComponentResourceOptions,
        kind: TierKind = { type: "multitier:components:Tier" },
    ) {
        const { type, mistakes = [], argumentNames = {} } = kind;
        refuseMistakes(`${type} "${name}"`, [
            ...mistakes,
            ...tierMistakes(name, args).map((mistake) => ({
                ...mistake,
                argument: argumentNames[mistake.argument] ?? mistake.argument,
            })),
        ]);
        super(type, name, {}, optionsOf(args, opts));
        const placement = placementOf(args);
        const metadata = {
            namespace: placement.namespace,
            labels: { ...placement.labels, ...selectorLabels(name) },
            annotations: authority,
        };
        this.tierName = name;
        this.namespace = pulumi.output(placement.namespace);
        this.port = args.port;
        this.selectorLabels = selectorLabels(name);
        this.connection = args.connection ?? {};
        this.progressDeadlineSeconds = progressDeadlineSeconds(args);
        this.protocol = args.protocol ?? "tcp";
        this.connectsTo = (args.connectsTo ?? []).map((peer) => peer.tierName);

        this.service = this.createService(args.app, metadata);
        this.address = pulumi
            .all([
                this.service.metadata.name,
                this.service.metadata.namespace,
                placement.clusterDomain ?? defaultClusterDomain,
            ])
            .apply(([serviceName, namespace, domain]) =>
                serviceAddress(serviceName, namespace, domain, args.port),
            );
        this.deployment = this.createDeployment({ ...args, ...placement }, metadata);
        createScaling(this, args, metadata);
        this.createPolicies({ ...args, ...placement }, metadata);

        args.app?.addTier(this);
        this.registerOutputs({ address: this.address, deploymentName: this.deployment.metadata.name });
    }

    private createService(app: TierArgs["app"], metadata: TierMetadata): Service {
        return new Service(
            `${this.tierName}-service`,
            {
                metadata: {
                    ...metadata,
                    name: this.tierName,
                    annotations: { ...metadata.annotations, ...skipAwait },
                },
                spec: {
                    type: "ClusterIP",
                    selector: this.selectorLabels,
                    ports: [{ name: "main", port: this.port, targetPort: "main", protocol: "TCP" }],
                },
            },
            { ...app?.fixedNameOptions, parent: this },
        );
    }

    private createDeployment(args: TierArgs, metadata: TierMetadata): Deployment {
        const state = hasState(args);
        const autoscaled = args.autoscaling !== undefined;
        const timeout = `${String(this.progressDeadlineSeconds + 60)}s`;
        const references = createPodReferences(this.tierName, args, metadata, this);
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
                        spec: podSpec(this.tierName, this.selectorLabels, args, references),
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

    private createPolicies(args: TierArgs, metadata: TierMetadata): void {
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
                    args.dns,
                ),
            },
            { parent: this },
        );
        for (const peer of peers) {
            new NetworkPolicy(
                `${this.tierName}-to-${peer.tierName}-policy`,
                {
                    metadata: { ...metadata, namespace: peer.namespace },
                    spec: ingressPolicy(peer, [podsIn(this.namespace, this.selectorLabels)]),
                },
                { parent: this },
            );
        }
    }
}
