import { livingPods, type PodEvidence, type RemedyHints, type TierEvidence } from "./evidence.ts";
import { rule } from "./rule.ts";

type Ended = NonNullable<PodEvidence["ended"]>;

function lastEnded({ pods }: TierEvidence): Ended | undefined {
    return pods.findLast(({ ended }) => ended !== undefined)?.ended;
}

function lacksPods({ pods, replicas = 0 }: TierEvidence): boolean {
    return livingPods(pods).filter(({ ready }) => ready).length < replicas;
}

function cause({ reason, message = "" }: Ended, { tier }: TierEvidence): string {
    const how =
        reason === "Evicted" ? "was evicted" : `was ended by its node (${reason || "no reason given"})`;
    return `A pod of ${tier} ${how}: ${message.trim()}`;
}

/** Reads the kubelet's message (pkg/kubelet/eviction/helpers.go in Kubernetes). */
function remedy({ message = "" }: Ended, { setting }: RemedyHints, tier: string): string {
    const volume = /Usage of EmptyDir volume "([^"]+)" exceeds the limit/.exec(message)?.[1];
    if (volume === "data") {
        return `Raise ${setting(tier, "storage.size")}.`;
    }
    if (volume !== undefined) {
        return (
            `Find out what ${tier} writes to the volume ${volume}. Its size is no setting: ` +
            "it is a sizeLimit in the tier's ephemeralVolumes (components/)."
        );
    }
    if (/exceeded its local ephemeral storage limit|ephemeral local storage usage exceeds/.test(message)) {
        return (
            `It wrote more to its logs, volumes and files than it may. Raise ${setting(tier, "resources.limits.ephemeral-storage")}, ` +
            "or find out what it writes."
        );
    }
    const resource = /node was low on resource: ([\w-]+)/.exec(message)?.[1];
    if (resource === "memory" || resource === "ephemeral-storage") {
        return (
            `The node has too little ${resource}. Free some, or add a node; ` +
            `with a higher ${setting(tier, `resources.requests.${resource}`)} other pods go first.`
        );
    }
    return "Look at the node's conditions and events: kubectl describe nodes";
}

/** An eviction whose replacement is not ready yet. */
export const evicted = rule({
    when: (evidence) => (lacksPods(evidence) ? lastEnded(evidence) : undefined),
    cause,
    remedy,
});

/** An eviction that the tier has recovered from: it explains failures a moment ago, and may come again. */
export const formerlyEvicted = rule({ when: lastEnded, cause, remedy, passing: true });
