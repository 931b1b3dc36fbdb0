import { selectorLabels } from "../../components/labels.ts";
import { secretFileVolume } from "../../components/pod-files.ts";
import type { DeclaredTier, LiveTier } from "./subject.ts";

/** The longest life of a run's objects, in seconds, even if the command is killed. */
export const longestLife = 240;

/** The labels with the run that an object belongs to, and with its role in it. */
export const runLabel = "multitier/verify";
export const roleLabel = "multitier/verify-role";

/** The labels of all objects that `npm run verify` creates; no object of a stack carries them. */
export const ownLabels = { "app.kubernetes.io/managed-by": "multitier-verify" } as const;

/**
 * The role of a probe pod: `insider` may reach every tier; `stranger` may send to every pod but is no tier;
 * `outsider` is the same in another namespace; `isolated` may send to no pod.
 */
export type Role = "insider" | "stranger" | "outsider" | "isolated";

/** The tiers that the probe pods' containers are taken from. */
export interface ProbeContainers {
    /** The tier whose image and security the pods have that only connect. */
    readonly plain: LiveTier;
    /** The tiers whose own client programs, with their mounted passwords, the insider has a container each of. */
    readonly clients: readonly LiveTier[];
}

/** An object to create, as the client library takes it. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace: string;
        readonly labels: Record<string, string>;
        readonly ownerReferences?: Owner[];
    };
    readonly spec?: unknown;
}

/** The owner of an object, which takes it along. */
export interface Owner {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
}

/** The name of the container that only connects. */
export const plainContainer = "probe";

/**
 * Builds a Job whose one pod sleeps until its life is over. The Job owns all other objects of a run in its namespace;
 * when it ends, Kubernetes removes it, and all of them with it.
 */
export function probeJob(
    namespace: string,
    run: string,
    role: Role,
    { plain, clients }: ProbeContainers,
): Manifest {
    const labels = { ...ownLabels, [runLabel]: run, [roleLabel]: role };
    const spec = plain.deployment?.spec?.template.spec;
    const containers = [
        { name: plainContainer, tier: plain, secret: false },
        ...(role === "insider" ? clients.map((tier) => ({ name: tier.name, tier, secret: true })) : []),
    ];
    const pod = {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 0,
        ...(spec?.securityContext !== undefined && { securityContext: spec.securityContext }),
        ...(spec?.imagePullSecrets !== undefined &&
            namespace === plain.deployment?.metadata?.namespace && {
                imagePullSecrets: spec.imagePullSecrets,
            }),
        ...(spec?.nodeSelector !== undefined && { nodeSelector: spec.nodeSelector }),
        ...(spec?.tolerations !== undefined && { tolerations: spec.tolerations }),
        containers: containers.map(({ name, tier, secret }) => sleeping(name, tier, secret)),
        volumes: [
            { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
            ...containers.flatMap(({ name, tier, secret }) => {
                const volumes = secret ? (tier.deployment?.spec?.template.spec?.volumes ?? []) : [];
                return volumes
                    .filter((volume) => volume.name === secretFileVolume)
                    .map((volume) => ({ name: `${name}-${secretFileVolume}`, secret: volume.secret }));
            }),
        ],
    };
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `verify-${run}-${role}`, namespace, labels },
        spec: {
            backoffLimit: 0,
            activeDeadlineSeconds: longestLife,
            ttlSecondsAfterFinished: 0,
            template: { metadata: { labels }, spec: pod },
        },
    };
}

function sleeping(name: string, tier: LiveTier, secret: boolean): object {
    const original = tier.deployment?.spec?.template.spec?.containers[0];
    const mounts = secret
        ? (original?.volumeMounts ?? [])
              .filter((mount) => mount.name === secretFileVolume)
              .map(({ mountPath, subPath, readOnly }) => ({
                  name: `${name}-${secretFileVolume}`,
                  mountPath,
                  subPath,
                  readOnly,
              }))
        : [];
    return {
        name,
        ...(original?.image !== undefined && { image: original.image }),
        imagePullPolicy: "IfNotPresent",
        // Not PID 1 itself, which ignores the signal that ends it.
        command: ["bash", "-c", `trap exit TERM; sleep ${String(longestLife)} & wait`],
        ...(original?.securityContext !== undefined && { securityContext: original.securityContext }),
        resources: {
            // No CPU is asked for: they must fit on a full node, too, and sleep nearly all the time.
            requests: { cpu: "0", memory: "16Mi", "ephemeral-storage": "8Mi" },
            limits: { cpu: "500m", memory: "128Mi", "ephemeral-storage": "32Mi" },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...mounts],
    };
}

/** Builds the namespace of a run's own, in which `restricted` is enforced too. */
export function probeNamespace(namespace: string, run: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
            name: `${namespace.slice(0, 40)}-verify-${run}`,
            // The client takes an empty namespace for none.
            namespace: "",
            labels: {
                ...ownLabels,
                [runLabel]: run,
                "pod-security.kubernetes.io/enforce": "restricted",
            },
        },
    };
}

function policy(namespace: string, run: string, name: string, spec: object, owner: Owner): Manifest {
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: {
            name: `verify-${run}-${name}`,
            namespace,
            labels: { ...ownLabels, [runLabel]: run },
            ownerReferences: [owner],
        },
        spec,
    };
}

/** Builds the policies that let the probe pods in the application's namespace send, and every tier let the insider in. */
export function probePolicies(
    namespace: string,
    run: string,
    tiers: readonly DeclaredTier[],
    owner: Owner,
): Manifest[] {
    const insider = { [runLabel]: run, [roleLabel]: "insider" };
    return [
        policy(
            namespace,
            run,
            "egress",
            { podSelector: { matchLabels: { [runLabel]: run } }, policyTypes: ["Egress"], egress: [{}] },
            owner,
        ),
        ...tiers.map(({ name, port }) =>
            policy(
                namespace,
                run,
                `to-${name}`,
                {
                    podSelector: { matchLabels: selectorLabels(name) },
                    policyTypes: ["Ingress"],
                    ingress: [
                        {
                            _from: [{ podSelector: { matchLabels: insider } }],
                            ports: [{ protocol: "TCP", port }],
                        },
                    ],
                },
                owner,
            ),
        ),
    ];
}

/** Builds the policy that lets the isolated pod send nothing: where it connects all the same, none is enforced. */
export function isolation(namespace: string, run: string, owner: Owner): Manifest {
    return policy(
        namespace,
        run,
        "isolation",
        {
            podSelector: { matchLabels: { [runLabel]: run, [roleLabel]: "isolated" } },
            policyTypes: ["Egress"],
        },
        owner,
    );
}
