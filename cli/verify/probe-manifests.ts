import { tierLabel } from "../../components/labels.ts";
import { secretFileVolume } from "../../components/pod-files.ts";
import type { LiveTier } from "./subject.ts";

/** The longest life of a probe pod, in seconds, even if the command is killed. */
export const longestLife = 240;

/** The labels with the run that an object belongs to, and with its role in it. */
export const runLabel = "multitier/verify";
const roleLabel = "multitier/verify-role";

/** The label of all objects that `npm run verify` creates; no object of a stack carries it. */
export const ownLabel = { key: "app.kubernetes.io/managed-by", value: "multitier-verify" } as const;

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

/** The first object of a run, which owns all others: they go with it. */
export interface Owner {
    readonly run: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    /** The namespace of the pods that aren't in the application's on purpose. */
    readonly home: string;
}

/** An object to create, as the client library takes it. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace: string;
        readonly labels: Record<string, string>;
        readonly ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
    };
    readonly spec?: object;
}

/** The name of the container that only connects. */
export const plainContainer = "probe";

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
                ...labelsOf(run),
                "pod-security.kubernetes.io/enforce": "restricted",
            },
        },
    };
}

/**
 * Builds the ServiceAccount of the pods in the run's own namespace: its default one is made some time after it, and
 * until then no pod is admitted.
 */
export function probeAccount(owner: Owner): Manifest {
    return owned(owner, owner.home, "account", { apiVersion: "v1", kind: "ServiceAccount" });
}

/**
 * Builds the same as the first object of a run in the application's namespace alone, for a user who can't make one for the
 * run.
 */
export function firstAccount(namespace: string, run: string): Manifest {
    return {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: `verify-${run}-account`, namespace, labels: labelsOf(run) },
    };
}

/** Builds a pod that sleeps until its life is over. */
export function probePod(
    namespace: string,
    role: Role,
    { plain, clients }: ProbeContainers,
    owner: Owner,
): Manifest {
    const spec = plain.deployment?.spec?.template.spec;
    const withSecrets = role === "insider" ? clients : [];
    const pod = owned(owner, namespace, role, {
        apiVersion: "v1",
        kind: "Pod",
        spec: {
            activeDeadlineSeconds: longestLife,
            restartPolicy: "Never",
            ...(namespace === owner.home && { serviceAccountName: probeAccount(owner).metadata.name }),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 0,
            securityContext: spec?.securityContext,
            ...(namespace === plain.deployment?.metadata?.namespace && {
                imagePullSecrets: spec?.imagePullSecrets,
            }),
            nodeSelector: spec?.nodeSelector,
            tolerations: spec?.tolerations,
            containers: [
                sleeping(plainContainer, plain, []),
                ...withSecrets.map((tier) => sleeping(tier.name, tier, secretMounts(tier))),
            ],
            volumes: [
                { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
                ...withSecrets.flatMap(secretVolumes),
            ],
        },
    });
    return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, [roleLabel]: role } } };
}

function sleeping(name: string, { deployment }: LiveTier, mounts: readonly object[]): object {
    const original = deployment?.spec?.template.spec?.containers[0];
    return {
        name,
        image: original?.image,
        imagePullPolicy: "IfNotPresent",
        // Not PID 1 itself, which ignores the signal that ends it.
        command: ["bash", "-c", `trap exit TERM; sleep ${String(longestLife)} & wait`],
        securityContext: original?.securityContext,
        resources: {
            // No CPU is asked for: they must fit on a full node, too, and sleep nearly all the time.
            requests: { cpu: "0", memory: "16Mi", "ephemeral-storage": "8Mi" },
            limits: { cpu: "500m", memory: "128Mi", "ephemeral-storage": "32Mi" },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...mounts],
    };
}

/** A tier's secret files; every tier's volume of them has the same name. */
function secretVolumes({ name, deployment }: LiveTier): object[] {
    return (deployment?.spec?.template.spec?.volumes ?? [])
        .filter((volume) => volume.name === secretFileVolume)
        .map(({ secret }) => ({ name: `${name}-${secretFileVolume}`, secret }));
}

function secretMounts({ name, deployment }: LiveTier): object[] {
    return (deployment?.spec?.template.spec?.containers[0]?.volumeMounts ?? [])
        .filter((mount) => mount.name === secretFileVolume)
        .map(({ mountPath, subPath, readOnly }) => ({
            name: `${name}-${secretFileVolume}`,
            mountPath,
            subPath,
            readOnly,
        }));
}

/**
 * Builds the policies of a run: in the application's namespace its pods may send, and every tier lets the insider in;
 * the isolated pod may send nothing: where it connects all the same, no policy is enforced.
 */
export function probePolicies(namespace: string, tiers: readonly string[], owner: Owner): Manifest[] {
    const withRole = (role: Role): object => ({
        matchLabels: { [runLabel]: owner.run, [roleLabel]: role },
    });
    const policy = (where: string, name: string, spec: object): Manifest =>
        owned(owner, where, name, { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec });
    return [
        policy(namespace, "egress", {
            podSelector: {
                matchLabels: { [runLabel]: owner.run },
                matchExpressions: [{ key: roleLabel, operator: "NotIn", values: ["isolated"] }],
            },
            policyTypes: ["Egress"],
            egress: [{}],
        }),
        policy(namespace, "ingress", {
            podSelector: { matchExpressions: [{ key: tierLabel, operator: "In", values: tiers }] },
            policyTypes: ["Ingress"],
            ingress: [{ _from: [{ podSelector: withRole("insider") }] }],
        }),
        policy(owner.home, "isolation", { podSelector: withRole("isolated"), policyTypes: ["Egress"] }),
    ];
}

function labelsOf(run: string): Record<string, string> {
    return { [ownLabel.key]: ownLabel.value, [runLabel]: run };
}

function owned(
    { run, kind, name: ownerName, uid }: Owner,
    namespace: string,
    name: string,
    object: Omit<Manifest, "metadata">,
): Manifest {
    return {
        ...object,
        metadata: {
            name: `verify-${run}-${name}`,
            namespace,
            labels: labelsOf(run),
            ownerReferences: [{ apiVersion: "v1", kind, name: ownerName, uid }],
        },
    };
}
