import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentMistake } from "./arguments-error";
import { tierDefaults } from "./defaults";
import { Labels } from "./labels";
import { ConnectionArgs, Peer } from "./peer";
import { Protocol } from "./topology";

/** Replicas that follow the load, by a HorizontalPodAutoscaler on the tier's CPU use. */
export interface AutoscalingArgs {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    /** The CPU use to aim at, in percent of the CPU request. Default: 70. */
    readonly targetCpuUtilization?: pulumi.Input<number>;
}

/** A volume of its own for the tier's one pod, which survives the pod. */
export interface PersistentVolumeArgs {
    readonly mountPath: string;
    /** A Kubernetes quantity such as `8Gi`. Can grow where the class allows it, never shrink. */
    readonly size: pulumi.Input<string>;
    /** Default: the cluster's default StorageClass. */
    readonly storageClassName?: pulumi.Input<string> | undefined;
}

/** A volume that is empty when a pod starts and gone when it ends. */
export interface EphemeralVolumeArgs {
    readonly mountPath: string;
    /** At this size the pod is evicted; a Kubernetes quantity such as `64Mi`. */
    readonly sizeLimit: pulumi.Input<string>;
}

/** Which namespace a tier is created in, and what its objects have in common with those of other tiers. */
export interface TierPlacementArgs {
    /** The namespace, which exists. */
    readonly namespace: pulumi.Input<string>;
    /** The cluster's DNS domain. Default: `cluster.local`. */
    readonly clusterDomain?: pulumi.Input<string> | undefined;
    /** Further labels of every object. Default: none. */
    readonly labels?: Labels | undefined;
    /** The names of the Secrets with which images are pulled. Default: none. */
    readonly imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** How many pods a tier without state has, and what they may use. */
export interface ScalingArgs {
    /** Default: 1. Not together with `autoscaling`. */
    readonly replicas?: number | undefined;
    /** Default: none. Not together with `replicas`. */
    readonly autoscaling?: AutoscalingArgs | undefined;
    /** Of each pod's main container. Default: see {@link tierDefaults}. */
    readonly resources?: pulumi.Input<types.input.core.v1.ResourceRequirements> | undefined;
}

export interface TierArgs extends TierPlacementArgs, ScalingArgs {
    readonly image: pulumi.Input<string>;
    /** Default: the image's own entrypoint. */
    readonly command?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Default: the image's own. */
    readonly args?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** The port of the container and of the Service. At least 1024, since the pods have no capabilities. */
    readonly port: number;
    /** What is spoken at the port: nothing in the cluster changes by it, `npm run verify` asks in it. Default: `tcp`. */
    readonly protocol?: Protocol | undefined;
    /** Env vars. Passwords don't belong here but into `secretFiles`. Default: those that `connectsTo` gives. */
    readonly env?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Files by absolute path, in a ConfigMap. New content rolls the pods. Default: none. */
    readonly files?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Files by absolute path, in a Secret. New content rolls the pods. Default: none. */
    readonly secretFiles?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Volumes by name, each a PersistentVolumeClaim `<tier>-<name>`. Default: none. */
    readonly persistentVolumes?: Readonly<Record<string, PersistentVolumeArgs>> | undefined;
    /** Whether `pulumi destroy` and replacements spare the persistent volumes. Default: false. */
    readonly protect?: boolean | undefined;
    /** Volumes by name. Default: one of 64Mi at `/tmp`, since the root file system is read-only. */
    readonly ephemeralVolumes?: Readonly<Record<string, EphemeralVolumeArgs>> | undefined;
    /** Containers that run to their end before the main one, with its image, security and volumes. Default: none. */
    readonly initCommands?: Readonly<Record<string, pulumi.Input<pulumi.Input<string>[]>>> | undefined;
    /** Whether the pod starts at all; holds the other probes back. Default: none. */
    readonly startupProbe?: pulumi.Input<types.input.core.v1.Probe> | undefined;
    /** Whether the pod must be restarted; asks nothing of others. Default: the port accepts a connection. */
    readonly livenessProbe?: pulumi.Input<types.input.core.v1.Probe> | undefined;
    /** Whether the pod is sent requests. Default: the port accepts a connection. */
    readonly readinessProbe?: pulumi.Input<types.input.core.v1.Probe> | undefined;
    /** How long a pod goes on serving after its end was announced, in seconds. Default: 5 (0 for a tier with state). */
    readonly preStopSleepSeconds?: number | undefined;
    /** How long a pod then has to end, in seconds, before it is killed. Default: 30. */
    readonly terminationGracePeriodSeconds?: number | undefined;
    /**
     * How long a rollout may go without progress, in seconds. Default: Kubernetes' 600, or a minute more than the
     * slowest of the peers, which the tier can't be ready without.
     */
    readonly progressDeadlineSeconds?: number | undefined;
    /**
     * The tiers that this one connects to. From them follow the env vars `<PEER>_HOST`, `<PEER>_PORT` and what
     * else the peer gives, the mounted password, and the NetworkPolicies on both sides. Default: none.
     */
    readonly connectsTo?: readonly Peer[] | undefined;
    /** What may connect to this tier without being one, as in a NetworkPolicy's `from`. Default: nothing. */
    readonly connectsFrom?:
        pulumi.Input<pulumi.Input<types.input.networking.v1.NetworkPolicyPeer>[]> | undefined;
    /** What this tier connects to that isn't one, as in a NetworkPolicy's `egress`. Default: nothing. */
    readonly additionalEgress?:
        pulumi.Input<pulumi.Input<types.input.networking.v1.NetworkPolicyEgressRule>[]> | undefined;
    /** What the tiers that connect to this one are given, beside its host and port. Default: nothing. */
    readonly connection?: ConnectionArgs | undefined;
    /** Annotations of the pods. A change rolls them. Default: none. */
    readonly podAnnotations?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /** Labels that nodes must have. Default: none. */
    readonly nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Taints of nodes that the pods tolerate. Default: none. */
    readonly tolerations?: pulumi.Input<pulumi.Input<types.input.core.v1.Toleration>[]> | undefined;
    /** Default: none. */
    readonly priorityClassName?: pulumi.Input<string> | undefined;
}

/** The least number of pods a tier has: what decides whether a disruption budget makes sense. */
export function leastReplicas({ replicas, autoscaling }: ScalingArgs): number {
    return autoscaling?.minReplicas ?? replicas ?? tierDefaults.replicas;
}

/** A tier with a volume has one pod, which must have ended before its successor starts. */
export function hasState(args: TierArgs): boolean {
    return Object.keys(args.persistentVolumes ?? {}).length > 0;
}

/** A Service's name: DNS-1035 (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
const serviceName = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

function isCount(value: number, least: number): boolean {
    return Number.isInteger(value) && value >= least;
}

function scalingMistakes({ replicas, autoscaling }: ScalingArgs): ArgumentMistake[] {
    const mistakes: ArgumentMistake[] = [];
    if (replicas !== undefined && !isCount(replicas, 0)) {
        mistakes.push({ argument: "replicas", value: replicas, expected: "a whole number, 0 or more" });
    }
    if (autoscaling === undefined) {
        return mistakes;
    }
    if (replicas !== undefined) {
        mistakes.push({
            argument: "replicas",
            value: replicas,
            expected: "none beside autoscaling, which sets them; remove one of the two",
        });
    }
    const { minReplicas, maxReplicas } = autoscaling;
    if (!isCount(minReplicas, 1)) {
        mistakes.push({
            argument: "autoscaling.minReplicas",
            value: minReplicas,
            expected: "a whole number, 1 or more",
        });
    }
    if (!isCount(maxReplicas, minReplicas)) {
        mistakes.push({
            argument: "autoscaling.maxReplicas",
            value: maxReplicas,
            expected: `a whole number, not below minReplicas (${String(minReplicas)})`,
        });
    }
    return mistakes;
}

function pathMistakes(args: TierArgs): ArgumentMistake[] {
    const paths: [argument: string, path: string][] = [
        ...Object.keys(args.files ?? {}).map((path): [string, string] => ["files", path]),
        ...Object.keys(args.secretFiles ?? {}).map((path): [string, string] => ["secretFiles", path]),
        ...Object.entries(args.persistentVolumes ?? {}).map(([name, { mountPath }]): [string, string] => [
            `persistentVolumes.${name}.mountPath`,
            mountPath,
        ]),
        ...Object.entries(args.ephemeralVolumes ?? {}).map(([name, { mountPath }]): [string, string] => [
            `ephemeralVolumes.${name}.mountPath`,
            mountPath,
        ]),
    ];
    const relative = paths.filter(([, path]) => !/^\/[^/]/.test(path));
    const repeated = paths.filter(([, path], index) =>
        paths.some(([, other], before) => before < index && other === path),
    );
    return [
        ...relative.map(([argument, value]) => ({ argument, value, expected: "an absolute path below /" })),
        ...repeated.map(([argument, value]) => ({
            argument,
            value,
            expected: "a path that no other file or volume has",
        })),
    ];
}

function stateMistakes(args: TierArgs): ArgumentMistake[] {
    const mistakes: ArgumentMistake[] = [];
    if (!hasState(args)) {
        if (args.protect === true) {
            mistakes.push({
                argument: "protect",
                value: true,
                expected:
                    "false, as there is no persistent volume to protect; or add one to persistentVolumes",
            });
        }
        return mistakes;
    }
    if (args.autoscaling !== undefined) {
        mistakes.push({
            argument: "autoscaling",
            value: args.autoscaling,
            expected: "none with a persistent volume, which only one pod may use",
        });
    }
    if (args.replicas !== undefined && args.replicas > 1) {
        mistakes.push({
            argument: "replicas",
            value: args.replicas,
            expected: "0 or 1 with a persistent volume, which only one pod may use",
        });
    }
    return mistakes;
}

/** Every mistake in a tier's name and arguments, as far as they are known without running anything. */
export function tierMistakes(name: string, args: TierArgs): ArgumentMistake[] {
    const mistakes: ArgumentMistake[] = [];
    if (!serviceName.test(name)) {
        mistakes.push({
            argument: "name",
            value: name,
            expected:
                "a Service's name: at most 63 lower-case letters, digits and hyphens, a letter first, no hyphen last",
        });
    }
    if (!isCount(args.port, 1024) || args.port > 65535) {
        mistakes.push({
            argument: "port",
            value: args.port,
            expected: "a whole number from 1024 to 65535, since the pods may not open a privileged port",
        });
    }
    const peers = (args.connectsTo ?? []).map(({ tierName }) => tierName);
    if (new Set(peers).size < peers.length) {
        mistakes.push({ argument: "connectsTo", value: peers, expected: "each peer once" });
    }
    return [...mistakes, ...scalingMistakes(args), ...stateMistakes(args), ...pathMistakes(args)];
}
