import { selectorLabels } from "../../components/labels.ts";
import type { DeclaredTier, LiveTier } from "./subject.ts";

/** How long what was created for a check lives at most, in seconds, whatever becomes of the command. */
export const longestLife = 240;

/** Which run something belongs to, and which part it has in it. */
export const runLabel = "multitier/verify";
export const roleLabel = "multitier/verify-role";

/** Marks all that `npm run verify` creates; nothing of a stack carries it. */
export const ownLabels = { "app.kubernetes.io/managed-by": "multitier-verify" } as const;

/**
 * The part of a probe pod: `insider` may reach every tier; `stranger` may send anything to anybody but is no tier;
 * `outsider` is the same in another namespace; `isolated` may send nothing to anybody.
 */
export type Role = "insider" | "stranger" | "outsider" | "isolated";

/** What probe pods run. */
export interface ProbeContainers {
    /** The image of the pods that only connect, and whose pod it was taken from. */
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

/** What owns an object, and takes it along. */
export interface Owner {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
}

/** The name of the container that only connects. */
export const plainContainer = "probe";

/** The volume of a tier with its secret files (components/pod.ts). */
const secretFiles = "secret-files";

/**
 * A Job whose one pod sleeps until its life is over. The Job is the owner of whatever else a run creates in its
 * namespace; when it ends, Kubernetes removes it, and with it all of that.
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
                    .filter((volume) => volume.name === secretFiles)
                    .map((volume) => ({ name: `${name}-${secretFiles}`, secret: volume.secret }));
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
              .filter((mount) => mount.name === secretFiles)
              .map(({ mountPath, subPath, readOnly }) => ({
                  name: `${name}-${secretFiles}`,
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

/** The namespace of a run's own, in which `restricted` is enforced too. */
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

/** What the probe pods in the application's namespace need in order to send, and the insider to be let in. */
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

/** Lets the isolated pod send nothing: where it connects all the same, policies are not enforced. */
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
