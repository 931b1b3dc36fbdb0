import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentNames } from "./arguments-error";
import { tierDefaults } from "./defaults";
import { ConnectionArgs, Peer } from "./peer";
import { PlacementArgs, placementNames } from "./placement";
import { Protocol } from "./topology";

/*
 * An argument that decides which resources there are, or of which a mistake is to be told before anything is created,
 * is plain; all others are inputs. An optional argument without a default stands for something that is absent then.
 */

/** Replicas that follow the load, by a HorizontalPodAutoscaler on the tier's CPU use. */
export interface AutoscalingArgs {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    /**
     * The CPU use to aim at, in percent of the CPU request.
     * @default 70
     */
    readonly targetCpuUtilization?: pulumi.Input<number> | undefined;
}

/** A volume of its own for the tier's one pod, which survives the pod. */
export interface PersistentVolumeArgs {
    readonly mountPath: string;
    /** A Kubernetes quantity such as `8Gi`. Can grow where the class allows it, never shrink. */
    readonly size: pulumi.Input<string>;
    /** @default the cluster's default StorageClass */
    readonly storageClassName?: pulumi.Input<string> | undefined;
}

/** A volume that is empty when a pod starts and gone when it ends. */
export interface EphemeralVolumeArgs {
    readonly mountPath: string;
    /** At this size the pod is evicted; a Kubernetes quantity such as `64Mi`. */
    readonly sizeLimit: pulumi.Input<string>;
}

/** The number of a tier's pods, and what each may use. */
export interface ScalingArgs {
    /**
     * The number of pods. Not together with `autoscaling`.
     * @default 1
     */
    readonly replicas?: number | undefined;
    /** Not together with `replicas`. */
    readonly autoscaling?: AutoscalingArgs | undefined;
    /**
     * Requests and limits of each of the pod's containers.
     * @default `tierDefaults.resources`
     */
    readonly resources?: pulumi.Input<types.input.core.v1.ResourceRequirements> | undefined;
}

export interface TierArgs extends PlacementArgs, ScalingArgs {
    readonly image: pulumi.Input<string>;
    /** @default the image's own entrypoint */
    readonly command?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** @default the image's own */
    readonly args?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** The port of the container and of the Service. At least 1024, since the pods have no capabilities. */
    readonly port: number;
    /**
     * The protocol at the port: nothing in the cluster changes by it, `npm run verify` speaks it.
     * @default "tcp"
     */
    readonly protocol?: Protocol | undefined;
    /** Env vars, beside those that `connectsTo` gives. Passwords don't belong here but into `secretFiles`. */
    readonly env?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Files by absolute path, in a ConfigMap. New content rolls the pods. */
    readonly files?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Files by absolute path, in a Secret. New content rolls the pods. */
    readonly secretFiles?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Volumes by name, each a PersistentVolumeClaim `<tier>-<name>`. */
    readonly persistentVolumes?: Readonly<Record<string, PersistentVolumeArgs>> | undefined;
    /**
     * Protects the persistent volumes from `pulumi destroy` and from being replaced.
     * @default the tier's own option `protect`
     */
    readonly protect?: boolean | undefined;
    /**
     * Volumes by name.
     * @default one of 64Mi at /tmp, since the root file system is read-only
     */
    readonly ephemeralVolumes?: Readonly<Record<string, EphemeralVolumeArgs>> | undefined;
    /** Containers that run to their end before the main one, with its image, security and volumes. */
    readonly initCommands?: Readonly<Record<string, pulumi.Input<pulumi.Input<string>[]>>> | undefined;
    /** Tells that the pod has started; holds the other probes back. */
    readonly startupProbe?: pulumi.Input<types.input.core.v1.Probe> | undefined;
    /**
     * Restarts a pod that fails it; asks nothing of others.
     * @default the port accepts a connection
     */
    readonly livenessProbe?: pulumi.Input<types.input.core.v1.Probe> | undefined;
    /**
     * Keeps requests from a pod that fails it.
     * @default the port accepts a connection
     */
    readonly readinessProbe?: pulumi.Input<types.input.core.v1.Probe> | undefined;
    /**
     * Seconds for which a pod goes on serving after its end was announced.
     * @default 5, or 0 for a tier with state
     */
    readonly preStopSleepSeconds?: number | undefined;
    /**
     * Seconds that a pod then has to end before it is killed.
     * @default 30
     */
    readonly terminationGracePeriodSeconds?: number | undefined;
    /**
     * Seconds for which a rollout may go without progress.
     * @default Kubernetes' 600, or a minute more than the slowest of the peers, which the tier can't be ready without
     */
    readonly progressDeadlineSeconds?: number | undefined;
    /**
     * The tiers that this one connects to. From them follow the env vars `<PEER>_HOST`, `<PEER>_PORT` and what
     * else the peer gives, the mounted password, and the NetworkPolicies on both sides.
     */
    readonly connectsTo?: readonly Peer[] | undefined;
    /** Sources that may connect to this tier without being one, as in a NetworkPolicy's `from`. */
    readonly connectsFrom?:
        pulumi.Input<pulumi.Input<types.input.networking.v1.NetworkPolicyPeer>[]> | undefined;
    /** Targets of this tier that are none themselves, as in a NetworkPolicy's `egress`. */
    readonly additionalEgress?:
        pulumi.Input<pulumi.Input<types.input.networking.v1.NetworkPolicyEgressRule>[]> | undefined;
    /** Gives the tiers that connect to this one more than its host and port. */
    readonly connection?: ConnectionArgs | undefined;
    /** Annotations of the pods. A change rolls them. */
    readonly podAnnotations?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Labels that nodes must have. */
    readonly nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Taints of nodes that the pods tolerate. */
    readonly tolerations?: pulumi.Input<pulumi.Input<types.input.core.v1.Toleration>[]> | undefined;
    readonly priorityClassName?: pulumi.Input<string> | undefined;
}

export const autoscalingNames: ArgumentNames<AutoscalingArgs> = {
    minReplicas: true,
    maxReplicas: true,
    targetCpuUtilization: true,
};

export const persistentVolumeNames: ArgumentNames<PersistentVolumeArgs> = {
    mountPath: true,
    size: true,
    storageClassName: true,
};

export const ephemeralVolumeNames: ArgumentNames<EphemeralVolumeArgs> = { mountPath: true, sizeLimit: true };

export const scalingNames: ArgumentNames<ScalingArgs> = {
    replicas: true,
    autoscaling: true,
    resources: true,
};

export const tierNames: ArgumentNames<TierArgs> = {
    ...placementNames,
    ...scalingNames,
    image: true,
    command: true,
    args: true,
    port: true,
    protocol: true,
    env: true,
    files: true,
    secretFiles: true,
    persistentVolumes: true,
    protect: true,
    ephemeralVolumes: true,
    initCommands: true,
    startupProbe: true,
    livenessProbe: true,
    readinessProbe: true,
    preStopSleepSeconds: true,
    terminationGracePeriodSeconds: true,
    progressDeadlineSeconds: true,
    connectsTo: true,
    connectsFrom: true,
    additionalEgress: true,
    connection: true,
    podAnnotations: true,
    nodeSelector: true,
    tolerations: true,
    priorityClassName: true,
};

/** The least number of pods a tier has, which decides if a disruption budget makes sense. */
export function leastReplicas({ replicas, autoscaling }: ScalingArgs): number {
    return autoscaling?.minReplicas ?? replicas ?? tierDefaults.replicas;
}

/** A tier with a volume has one pod, which must have ended before its successor starts. */
export function hasState(args: TierArgs): boolean {
    return Object.keys(args.persistentVolumes ?? {}).length > 0;
}
