import type {
    V1ContainerStateTerminated,
    V1ContainerStateWaiting,
    V1PodStatus,
} from "@kubernetes/client-node";

/** One container of a pod. */
export interface ContainerEvidence {
    readonly name: string;
    readonly init: boolean;
    readonly image: string;
    /** A Kubernetes quantity; empty without a limit. */
    readonly memoryLimit: string;
    readonly ready: boolean;
    readonly restarts: number;
    /** The kubelet's reason and message for not running it. */
    readonly waiting?: V1ContainerStateWaiting | undefined;
    /** Its last end. */
    readonly terminated?: Pick<V1ContainerStateTerminated, "reason" | "exitCode" | "message"> | undefined;
    /** The last lines that it wrote, and where it has just been restarted, those before. */
    readonly log: readonly string[];
}

/** One pod of a tier. */
export interface PodEvidence {
    readonly name: string;
    readonly phase: string;
    readonly ready: boolean;
    readonly labels: Readonly<Record<string, string>>;
    /** The scheduler's reason for giving it no node; undefined if it has one. */
    readonly unschedulable?: string | undefined;
    /** The kubelet's reason and message for ending the whole pod, as in an eviction; undefined while it lives. */
    readonly ended?: Pick<V1PodStatus, "reason" | "message"> | undefined;
    readonly containers: readonly ContainerEvidence[];
    /** The ports of its main containers by name, or by number where they have none. */
    readonly ports: Readonly<Record<string, number>>;
}

/** An event, as `kubectl get events` shows it. */
export interface EventEvidence {
    /** As in `Pod server-x`. */
    readonly object: string;
    readonly reason: string;
    readonly message: string;
    readonly warning: boolean;
}

/** The objects, events and logs that tell why a tier is not ready or not reached. */
export interface TierEvidence {
    readonly tier: string;
    readonly namespace: string;
    /** undefined if there is no Deployment. */
    readonly replicas?: number | undefined;
    /** The Deployment's reason for not creating a pod. */
    readonly replicaFailure?: string | undefined;
    readonly pods: readonly PodEvidence[];
    readonly claims: readonly {
        readonly name: string;
        readonly phase: string;
        /** undefined means the default class. */
        readonly className?: string | undefined;
    }[];
    /** undefined if there is no Service. */
    readonly service?:
        { readonly selector: Readonly<Record<string, string>>; readonly targetPort: string } | undefined;
    /** The ready addresses behind the Service. */
    readonly endpoints: readonly string[];
    /** Oldest first. */
    readonly events: readonly EventEvidence[];
}

/** The objects that tell why nothing is reached through an Ingress. */
export interface IngressEvidence {
    readonly name: string;
    readonly className: string;
    /** The cluster's IngressClasses. */
    readonly classes: readonly string[];
    /** The addresses that a controller has written into the Ingress' status. */
    readonly addresses: readonly string[];
}

/** The likely cause of a problem and the way out, for a person who is new to this. */
export interface Diagnosis {
    readonly cause: string;
    readonly remedy: string;
    /** Belongs to any start, and mostly passes by itself. Default: false. */
    readonly passing?: boolean;
}

/** The names of settings and commands that a remedy gives. */
export interface RemedyHints {
    /** A setting of one component, as in `multitier:server.image`; of the whole stack without a component. */
    readonly setting: (component: string | undefined, path: string) => string;
    /** The setting with a tier's number of pods; undefined if it has none. */
    readonly replicas: (tier: string) => string | undefined;
    /** The command that restores what the program declares. */
    readonly refresh: string;
}

/** Tells the pods that live from those that their nodes have ended. */
export function livingPods(pods: readonly PodEvidence[]): PodEvidence[] {
    return pods.filter(({ ended }) => ended === undefined);
}

/** The pods that live and are not ready. */
export function unreadyPods(pods: readonly PodEvidence[]): PodEvidence[] {
    return livingPods(pods).filter(({ ready }) => !ready);
}

/** The containers of the pods that live and are not ready. */
export function unreadyContainers(pods: readonly PodEvidence[]): ContainerEvidence[] {
    return unreadyPods(pods).flatMap(({ containers }) => containers);
}
