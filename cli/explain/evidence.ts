/** One container of a pod. */
export interface ContainerEvidence {
    readonly name: string;
    readonly init: boolean;
    readonly image: string;
    /** A Kubernetes quantity; empty without a limit. */
    readonly memoryLimit: string;
    readonly ready: boolean;
    readonly restarts: number;
    /** Why it does not run: the kubelet's reason and message. */
    readonly waiting?: { readonly reason: string; readonly message: string };
    /** How it ended, now or the last time. */
    readonly terminated?: { readonly reason: string; readonly exitCode: number; readonly message: string };
    /** The last lines that it wrote, and where it has just been restarted, those before. */
    readonly log: readonly string[];
}

/** One pod of a tier. */
export interface PodEvidence {
    readonly name: string;
    readonly phase: string;
    readonly ready: boolean;
    readonly labels: Readonly<Record<string, string>>;
    /** Why it has no node; undefined if it has one. */
    readonly unschedulable?: string;
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

/** What a colleague would look at when a tier is not ready, or not to be reached. */
export interface TierEvidence {
    readonly tier: string;
    readonly namespace: string;
    /** undefined if there is no Deployment. */
    readonly replicas?: number;
    /** Why the Deployment could not make a pod. */
    readonly replicaFailure?: string;
    readonly pods: readonly PodEvidence[];
    readonly claims: readonly {
        readonly name: string;
        readonly phase: string;
        /** undefined means the default class. */
        readonly className?: string;
    }[];
    /** undefined if there is no Service. */
    readonly service?: {
        readonly selector: Readonly<Record<string, string>>;
        readonly port: number;
        readonly targetPort: string;
    };
    /** The ready addresses behind the Service. */
    readonly endpoints: readonly string[];
    /** Oldest first. */
    readonly events: readonly EventEvidence[];
}

/** What a colleague would look at when nothing is reached through the Ingress. */
export interface IngressEvidence {
    readonly name: string;
    readonly className: string;
    /** The cluster's IngressClasses. */
    readonly classes: readonly string[];
    /** What a controller has written into the Ingress' status. */
    readonly addresses: readonly string[];
}

/** What is probably wrong, in words for somebody who is new to this. */
export interface Diagnosis {
    readonly cause: string;
    /** What to change or do. */
    readonly remedy: string;
    /** Whether it belongs to any start, and mostly passes by itself. Default: no. */
    readonly passing?: boolean;
}
