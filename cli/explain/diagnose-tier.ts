import { initFileFailure } from "./init-file-failure.ts";
import type { ContainerEvidence, Diagnosis, PodEvidence, TierEvidence } from "./evidence.ts";

/** How settings are named, and how the cluster is made what they say. */
export interface Vocabulary {
    /** A tier's setting, as in `multitier:server.image`. */
    readonly setting: (tier: string, path: string) => string;
    /** The command that makes the cluster what the program says, again. */
    readonly refresh: string;
}

type Rule = (evidence: TierEvidence, words: Vocabulary) => Diagnosis | undefined;

/** What is probably wrong with a tier, the most basic first; undefined if nothing is seen. */
export function diagnoseTier(evidence: TierEvidence, words: Vocabulary): Diagnosis | undefined {
    for (const rule of rules) {
        const diagnosis = rule(evidence, words);
        if (diagnosis !== undefined) {
            return diagnosis;
        }
    }
    return undefined;
}

const notDeployed: Rule = ({ tier, namespace, replicas }, { refresh }) =>
    replicas === undefined
        ? {
              cause: `There is no Deployment of ${tier} in the namespace ${namespace}.`,
              remedy: `Make it again: ${refresh}`,
          }
        : undefined;

const scaledToNothing: Rule = ({ tier, replicas }, { setting, refresh }) =>
    replicas === 0
        ? {
              cause: `${tier} is scaled to 0 pods, so there is nobody to answer.`,
              remedy: `If nobody wanted that: ${refresh}. If the settings say it, raise ${setting(tier, "replicas")}.`,
          }
        : undefined;

const quota: Rule = ({ tier, replicaFailure = "" }, { setting }) =>
    replicaFailure.includes("exceeded quota")
        ? {
              cause: `The namespace's ResourceQuota leaves no room for a pod of ${tier}: ${replicaFailure}`,
              remedy: `Ask for less in ${setting(tier, "resources.requests")} and .limits, or have the quota raised.`,
          }
        : undefined;

const notAdmitted: Rule = ({ tier, replicaFailure }) =>
    replicaFailure === undefined
        ? undefined
        : {
              cause: `The cluster refuses to make a pod of ${tier}: ${replicaFailure}`,
              remedy: "The rule that it names (an admission policy, a Pod Security Standard, a limit range) and the pod must fit.",
          };

const unboundClaim: Rule = ({ tier, pods, claims, events }, { setting }) => {
    const pending = claims.find(({ phase }) => phase === "Pending");
    if (
        pending === undefined ||
        !pods.some(({ unschedulable }) => /persistentvolumeclaim/i.test(unschedulable ?? ""))
    ) {
        return undefined;
    }
    const said = events.findLast(
        ({ object, warning }) => warning && object === `PersistentVolumeClaim ${pending.name}`,
    );
    return {
        cause:
            `The pod of ${tier} waits for its volume: the claim ${pending.name} of the StorageClass ` +
            `${pending.className ?? "(default)"} is not bound${said === undefined ? "." : `: ${said.message}`}`,
        remedy: `Set ${setting(tier, "storage.className")} to a class that the cluster has: kubectl get storageclasses`,
    };
};

const noNode: Rule = ({ tier, pods }, { setting }) => {
    const message = pods.find(({ unschedulable }) => unschedulable !== undefined)?.unschedulable;
    if (message === undefined) {
        return undefined;
    }
    const lacking = /Insufficient ([\w-]+)/.exec(message)?.[1];
    return {
        cause: `No node takes a pod of ${tier}: ${message}`,
        remedy:
            lacking === undefined
                ? "A node must have what the pod asks for: its labels, its volume's zone, no taint in the way."
                : `The nodes have no ${lacking} left. Lower ${setting(tier, `resources.requests.${lacking}`)}, stop something else, or add a node.`,
    };
};

const imagePull: Rule = ({ tier, pods }, { setting, refresh }) => {
    const reasons = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"];
    const container = containers(pods).find(({ waiting }) => reasons.includes(waiting?.reason ?? ""));
    if (container === undefined) {
        return undefined;
    }
    const local = container.image.startsWith("localhost/");
    return {
        cause: `The image ${container.image} can't be had: ${container.waiting?.message || (container.waiting?.reason ?? "")}`,
        remedy: local
            ? `This image is built here and loaded into the cluster: ${refresh}`
            : `Is it spelled right, does the tag exist, may the cluster pull it? The setting is ${setting(tier, "image")}; a private registry needs multitier:imagePullSecrets.`,
    };
};

const configuration: Rule = ({ tier, pods }, { refresh }) => {
    const container = containers(pods).find(
        ({ waiting }) => waiting?.reason === "CreateContainerConfigError",
    );
    return container === undefined
        ? undefined
        : {
              cause: `The container ${container.name} of ${tier} can't be made: ${container.waiting?.message ?? ""}`,
              remedy: `What it mounts or reads is not there. Make it again: ${refresh}`,
          };
};

const missingVolume: Rule = ({ tier, pods, events }, { refresh }) => {
    const pending = pods.filter(({ phase }) => phase === "Pending").map(({ name }) => `Pod ${name}`);
    const said = events.findLast(
        ({ object, reason }) => reason === "FailedMount" && pending.includes(object),
    );
    return said === undefined
        ? undefined
        : {
              cause: `A pod of ${tier} can't be given one of its volumes: ${said.message}`,
              remedy: `What it mounts must be there. Make it again: ${refresh}`,
          };
};

const outOfMemory: Rule = ({ tier, pods, events }, { setting }) => {
    const named = containers(pods).find(({ terminated }) => terminated?.reason === "OOMKilled");
    // Some nodes don't notice why the kernel killed it; but for a failed probe there is hardly another reason.
    const killed = wasKilledByProbe(events)
        ? undefined
        : containers(pods).find(({ terminated }) => terminated?.exitCode === 137);
    const container = named ?? killed;
    if (container === undefined) {
        return undefined;
    }
    const certainly =
        named === undefined ? "was killed from outside (exit code 137), most likely" : "was killed";
    return {
        cause: `The container ${container.name} of ${tier} ${certainly} for using more memory than its limit of ${container.memoryLimit}.`,
        remedy: `Raise ${setting(tier, "resources.limits.memory")}.`,
    };
};

const initStatement: Rule = ({ tier, pods }) => {
    const failure = pods
        .filter(({ ready }) => !ready)
        .flatMap((pod) => pod.containers)
        .map(({ log }) => initFileFailure(log))
        .find((line) => line !== undefined);
    return failure === undefined
        ? undefined
        : {
              cause: `A statement of ${tier}'s init file failed, and those after it were not run, so the app's user can't log in: ${failure}`,
              remedy:
                  "The init file makes the users match the Secret at every start. Correct what the statement stumbles over " +
                  "(as root: kubectl exec into the pod), then delete the pod.",
          };
};

const crashing: Rule = ({ tier, pods }) => {
    const container = containers(pods).find(
        ({ ready, terminated, restarts, waiting, init }) =>
            !ready &&
            terminated !== undefined &&
            terminated.exitCode !== 0 &&
            (restarts > 0 || init || waiting !== undefined),
    );
    if (container?.terminated === undefined) {
        return undefined;
    }
    const { exitCode } = container.terminated;
    return {
        cause:
            `The ${container.init ? "init container" : "container"} ${container.name} of ${tier} ends by itself with exit code ${String(exitCode)}` +
            (container.restarts > 0 ? `, and was restarted ${String(container.restarts)} times.` : "."),
        remedy: "Its last lines say why.",
    };
};

/** What the kubelet said last about a probe of a pod that is not ready. */
function failedProbe({ pods, events }: TierEvidence, kinds: readonly string[]): string | undefined {
    const unready = pods.filter(({ ready }) => !ready).map(({ name }) => `Pod ${name}`);
    return events.findLast(
        ({ object, reason, message }) =>
            reason === "Unhealthy" &&
            unready.includes(object) &&
            kinds.some((kind) => message.startsWith(`${kind} probe`)),
    )?.message;
}

/** Whether the kubelet has ended a container for what it answered, or did not, to a probe. */
function wasKilledByProbe(events: TierEvidence["events"]): boolean {
    return events.some(
        ({ reason, message }) => reason === "Killing" && /failed (liveness|startup) probe/.test(message),
    );
}

const killedByProbe: Rule = (evidence) => {
    const said = failedProbe(evidence, ["Liveness", "Startup"]);
    return said === undefined || !wasKilledByProbe(evidence.events)
        ? undefined
        : {
              cause: `${evidence.tier} is restarted again and again, since it does not answer when it is asked whether it lives: ${said.trim()}`,
              remedy: "It does not come up, or hangs: its last lines say what it does.",
          };
};

const wrongPassword: Rule = (evidence) => {
    const said = failedProbe(evidence, ["Readiness"]);
    return said === undefined || !/ERROR 1045|WRONGPASS|NOAUTH/.test(said)
        ? undefined
        : {
              cause: `${evidence.tier} has another password than its Secret: ${said.trim()}`,
              remedy: "Somebody changed it inside. Delete the pod: at every start it takes the password of the Secret again.",
          };
};

const notYetReady: Rule = (evidence) => {
    const said = failedProbe(evidence, ["Readiness", "Startup", "Liveness"]);
    return said === undefined
        ? undefined
        : {
              cause: `${evidence.tier} runs, but is not ready: ${said.trim()}`,
              remedy: "It says that it can't work yet. Mostly what it connects to must answer first: look at the tiers that it connects to, and at its log.",
              passing: true,
          };
};

const starting: Rule = ({ tier, pods }) => {
    const [pod] = pods;
    if (pod === undefined) {
        return {
            cause: `No pod of ${tier} has been made yet.`,
            remedy: "Wait a moment, and look again.",
            passing: true,
        };
    }
    return pods.some(({ ready }) => ready)
        ? undefined
        : {
              cause: `The pod ${pod.name} is not ready yet (${pod.phase}).`,
              remedy: "Wait a moment, and look again.",
              passing: true,
          };
};

const noService: Rule = ({ tier, service }, { refresh }) =>
    service === undefined
        ? {
              cause: `There is no Service ${tier}, so its pods have neither a name nor an address.`,
              remedy: `Make it again: ${refresh}`,
          }
        : undefined;

const wrongSelector: Rule = ({ tier, service, pods }, { refresh }) => {
    const selector = Object.entries(service?.selector ?? {});
    if (pods.some(({ labels }) => selector.every(([key, value]) => labels[key] === value))) {
        return undefined;
    }
    const said = selector.map(([key, value]) => `${key}=${value}`).join(",");
    return {
        cause: `The Service ${tier} selects the pods with ${said}, and no pod has these labels: it sends to nobody.`,
        remedy: `Somebody changed its selector. Set it right again: ${refresh}`,
    };
};

const wrongTargetPort: Rule = ({ tier, service, pods }, { refresh }) => {
    const [pod] = pods;
    if (service === undefined || pod === undefined) {
        return undefined;
    }
    const { targetPort } = service;
    if (
        Object.entries(pod.ports).some(([name, port]) => targetPort === name || targetPort === String(port))
    ) {
        return undefined;
    }
    const ports = Object.entries(pod.ports).map(([name, port]) =>
        name === String(port) ? name : `${name} (${String(port)})`,
    );
    return {
        cause: `The Service ${tier} sends to the port ${targetPort} of its pods, where nothing listens; they listen on ${ports.join(", ")}.`,
        remedy: `Somebody changed its targetPort. Set it right again: ${refresh}`,
    };
};

const rules: readonly Rule[] = [
    notDeployed,
    scaledToNothing,
    quota,
    notAdmitted,
    unboundClaim,
    noNode,
    imagePull,
    configuration,
    missingVolume,
    outOfMemory,
    killedByProbe,
    initStatement,
    crashing,
    wrongPassword,
    notYetReady,
    starting,
    noService,
    wrongSelector,
    wrongTargetPort,
];

function containers(pods: readonly PodEvidence[]): ContainerEvidence[] {
    return pods.filter(({ ready }) => !ready).flatMap((pod) => pod.containers);
}
