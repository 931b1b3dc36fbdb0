import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { tierDefaults } from "./defaults";

import { Labels } from "./labels";
import { connectionEnv, passwordMountPath, passwordVolume } from "./peer";
import { fileKeys, fileVolume, secretFileVolume } from "./pod-files";
import { PodReferences } from "./pod-references";
import { EphemeralVolumeArgs, hasState, TierArgs } from "./tier-args";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;
type Volume = types.input.core.v1.Volume;
type VolumeMount = types.input.core.v1.VolumeMount;

/** Above 10000, so that it is no user of the node's (kube-score, checkov CKV_K8S_40). */
export const podUserId = 10001;

/** Readable by the owner and, by way of fsGroup, by the pod's group. */
const secretFileMode = 0o440;

/**
 * A name with fewer dots is first looked for in the search list. Every FQDN of a Service has three or more
 * (`mysql.shop.svc.local`), so that it takes one look-up instead of one for each entry of the list; `mysql`, `mysql.shop`
 * and `mysql.shop.svc` have fewer, and resolvers such as musl's pass over the list where there are enough
 * (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config).
 */
const searchedDots = 3;

/**
 * The look-ups that are on their way are lost whenever a pod of the cluster's DNS ends: by default each is asked again after
 * 5 s, when the tier that needs the address has given up. `timeout` (in seconds) and `attempts` find it in a second try, and
 * give up after 6 s (resolv.conf(5)).
 */
const resolverOptions = [
    { name: "ndots", value: String(searchedDots) },
    { name: "timeout", value: "2" },
    { name: "attempts", value: "3" },
];

const defaultEphemeralVolumes: Readonly<Record<string, EphemeralVolumeArgs>> = {
    tmp: { mountPath: "/tmp", sizeLimit: "64Mi" },
};

function fileMounts(volume: string, files: Readonly<Record<string, unknown>> | undefined): VolumeMount[] {
    // By subPath, so that a file doesn't hide the folder of the image that it goes into.
    return [...fileKeys(Object.keys(files ?? {}))].map(([path, key]) => ({
        name: volume,
        mountPath: path,
        subPath: key,
        readOnly: true,
    }));
}

interface Mounted {
    readonly volumes: Volume[];
    readonly mounts: VolumeMount[];
}

function mounted(args: TierArgs, references: PodReferences): Mounted {
    const ephemeral = Object.entries(args.ephemeralVolumes ?? defaultEphemeralVolumes);
    const persistent = Object.entries(args.persistentVolumes ?? {});
    const passwords = (args.connectsTo ?? []).flatMap((peer) =>
        peer.connection.password === undefined ? [] : [{ peer, password: peer.connection.password }],
    );
    const volumes: Volume[] = [
        ...ephemeral.map(([name, { sizeLimit }]) => ({ name, emptyDir: { sizeLimit } })),
        ...persistent.flatMap(([name]) => {
            const claimName = references.claimNames[name];
            return claimName === undefined ? [] : [{ name, persistentVolumeClaim: { claimName } }];
        }),
        ...passwords.map(({ peer, password }) => ({
            name: passwordVolume(peer),
            secret: {
                secretName: password.secretName,
                defaultMode: secretFileMode,
                items: [{ key: "password", path: "password" }],
            },
        })),
    ];
    if (references.filesName !== undefined) {
        volumes.push({ name: fileVolume, configMap: { name: references.filesName } });
    }
    if (references.secretFilesName !== undefined) {
        volumes.push({
            name: secretFileVolume,
            secret: { secretName: references.secretFilesName, defaultMode: secretFileMode },
        });
    }
    const mounts: VolumeMount[] = [
        ...[...ephemeral, ...persistent].map(([name, { mountPath }]) => ({ name, mountPath })),
        ...passwords.map(({ peer }) => ({
            name: passwordVolume(peer),
            mountPath: passwordMountPath(peer),
            readOnly: true,
        })),
        ...fileMounts(fileVolume, args.files),
        ...fileMounts(secretFileVolume, args.secretFiles),
    ];
    return { volumes, mounts };
}

function env(args: TierArgs): types.input.core.v1.EnvVar[] {
    const ofPeers = (args.connectsTo ?? []).flatMap((peer) => Object.entries(connectionEnv(peer)));
    const variables = new Map([...ofPeers, ...Object.entries(args.env ?? {})]);
    return Array.from(variables, ([name, value]) => ({ name, value }));
}

function probes(args: TierArgs): Pick<Container, "startupProbe" | "livenessProbe" | "readinessProbe"> {
    const acceptsConnections = { tcpSocket: { port: args.port } };
    return {
        ...(args.startupProbe !== undefined && { startupProbe: args.startupProbe }),
        // Slower than readiness: a pod is first sent no more requests and only then restarted.
        livenessProbe: args.livenessProbe ?? {
            ...acceptsConnections,
            periodSeconds: 20,
            failureThreshold: 6,
        },
        readinessProbe: args.readinessProbe ?? { ...acceptsConnections, periodSeconds: 5 },
    };
}

/** Seconds for which a pod goes on serving after its end was announced, so that no request still goes to it. */
function preStopSleepSeconds(args: TierArgs): number {
    return args.preStopSleepSeconds ?? (hasState(args) ? 0 : 5);
}

/**
 * The pod of a tier: passes the Pod Security Standard `restricted`
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), has no access to the Kubernetes API, and
 * gets no env vars from Services, as `REDIS_PORT` would be one (bitnami/charts#2828).
 */
export function podSpec(name: string, selector: Labels, args: TierArgs, references: PodReferences): PodSpec {
    const { volumes, mounts } = mounted(args, references);
    const sleepSeconds = preStopSleepSeconds(args);
    const variables = env(args);
    const userIds = args.userId === "none" ? {} : { runAsUser: podUserId, runAsGroup: podUserId };
    const common = {
        image: args.image,
        imagePullPolicy: "IfNotPresent",
        ...(variables.length > 0 && { env: variables }),
        resources: args.resources ?? tierDefaults.resources,
        volumeMounts: mounts,
        terminationMessagePolicy: "FallbackToLogsOnError",
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            ...userIds,
        },
    } satisfies Partial<Container>;
    const initContainers = Object.entries(args.initCommands ?? {}).map(([initName, command]) => ({
        ...common,
        name: initName,
        command,
    }));
    return {
        serviceAccountName: references.serviceAccountName,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        dnsConfig: { options: resolverOptions },
        terminationGracePeriodSeconds: sleepSeconds + (args.terminationGracePeriodSeconds ?? 30),
        securityContext: {
            runAsNonRoot: true,
            ...userIds,
            ...(args.userId !== "none" && { fsGroup: podUserId }),
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        },
        ...(args.imagePullSecrets !== undefined && {
            imagePullSecrets: pulumi
                .output(args.imagePullSecrets)
                .apply((secrets) => secrets.map((secret) => ({ name: secret }))),
        }),
        ...(args.nodeSelector !== undefined && { nodeSelector: args.nodeSelector }),
        ...(args.tolerations !== undefined && { tolerations: args.tolerations }),
        ...(args.priorityClassName !== undefined && { priorityClassName: args.priorityClassName }),
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    {
                        weight: 100,
                        podAffinityTerm: {
                            topologyKey: "kubernetes.io/hostname",
                            labelSelector: { matchLabels: selector },
                        },
                    },
                ],
            },
        },
        topologySpreadConstraints: [
            {
                maxSkew: 1,
                topologyKey: "topology.kubernetes.io/zone",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: selector },
            },
        ],
        ...(initContainers.length > 0 && { initContainers }),
        containers: [
            {
                ...common,
                name,
                ...(args.command !== undefined && { command: args.command }),
                ...(args.args !== undefined && { args: args.args }),
                ports: [{ name: "main", containerPort: args.port, protocol: "TCP" }],
                ...probes(args),
                ...(sleepSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: sleepSeconds } } } }),
            },
        ],
        volumes,
    };
}
