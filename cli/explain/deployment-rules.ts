import { livingPods, unreadyContainers, unreadyPods } from "./evidence.ts";
import { rule, type Rule } from "./rule.ts";

const pullFailures = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"];

/** Reasons for which no container of a tier runs. */
export const deploymentRules: readonly Rule[] = [
    rule({
        when: ({ replicas }) => replicas === undefined || undefined,
        cause: (_, { tier, namespace }) => `There is no Deployment of ${tier} in the namespace ${namespace}.`,
        remedy: (_, { refresh }) => `Restore it: ${refresh}`,
    }),
    rule({
        when: ({ replicas }) => replicas === 0 || undefined,
        cause: (_, { tier }) => `${tier} is scaled to 0 pods, so nothing answers.`,
        remedy: (_, { refresh, replicas }, tier) => {
            const setting = replicas(tier);
            const own = setting === undefined ? "" : `If the settings ask for 0 pods, raise ${setting}. `;
            return `${own}Restore the declared number: ${refresh}`;
        },
    }),
    rule({
        when: ({ replicaFailure }) =>
            replicaFailure?.includes("exceeded quota") ? replicaFailure : undefined,
        cause: (failure, { tier }) =>
            `The namespace's ResourceQuota leaves no room for a pod of ${tier}: ${failure}`,
        remedy: (_, { setting }, tier) =>
            `Ask for less in ${setting(tier, "resources.requests")} and .limits, or have the quota raised.`,
    }),
    rule({
        when: ({ replicaFailure }) => replicaFailure,
        cause: (failure, { tier }) => `The cluster refuses to create a pod of ${tier}: ${failure}`,
        remedy: () =>
            "The message names the rule: an admission policy, a Pod Security Standard or a limit range. Change the rule or the pod.",
    }),
    rule({
        when: ({ pods, claims }) =>
            livingPods(pods).some(({ unschedulable = "" }) => /persistentvolumeclaim/i.test(unschedulable))
                ? claims.find(({ phase }) => phase === "Pending")
                : undefined,
        cause: ({ name, className = "(default)" }, { tier, events }) => {
            const warning = events.findLast(
                ({ object, warning }) => warning && object === `PersistentVolumeClaim ${name}`,
            );
            return (
                `The pod of ${tier} waits for its volume: the claim ${name} of the StorageClass ${className} ` +
                `is not bound${warning === undefined ? "." : `: ${warning.message}`}`
            );
        },
        remedy: (_, { setting }, tier) =>
            `Set ${setting(tier, "storage.className")} to a class that the cluster has: kubectl get storageclasses`,
    }),
    rule({
        when: ({ pods }) => livingPods(pods).find(({ unschedulable }) => unschedulable)?.unschedulable,
        cause: (message, { tier }) => `No node takes a pod of ${tier}: ${message}`,
        remedy: (message, { setting }, tier) => {
            const lacking = /Insufficient ([\w-]+)/.exec(message)?.[1];
            return lacking === undefined
                ? "A node must have what the pod asks for: its labels, its volume's zone, no taint in the way."
                : `The nodes have no ${lacking} left. Lower ${setting(tier, `resources.requests.${lacking}`)}, stop something else, or add a node.`;
        },
    }),
    rule({
        when: ({ pods }) =>
            unreadyContainers(pods).find(({ waiting }) => pullFailures.includes(waiting?.reason ?? "")),
        cause: ({ image, waiting }) =>
            `The image ${image} could not be pulled: ${waiting?.message || (waiting?.reason ?? "")}`,
        remedy: ({ image }, { setting, refresh }, tier) =>
            image.startsWith("localhost/")
                ? `This image is built here and loaded into the cluster: ${refresh}`
                : `Check its name, its tag and the cluster's access to the registry. The setting is ${setting(tier, "image")}; ` +
                  `a private registry needs ${setting(undefined, "imagePullSecrets")}.`,
    }),
    rule({
        when: ({ pods }) =>
            unreadyContainers(pods).find(({ waiting }) => waiting?.reason === "CreateContainerConfigError"),
        cause: ({ name, waiting }, { tier }) =>
            `The container ${name} of ${tier} can't be created: ${waiting?.message ?? ""}`,
        remedy: (_, { refresh }) => `An object that it mounts or reads is missing. Restore it: ${refresh}`,
    }),
    rule({
        when: ({ pods, events }) => {
            const pending = unreadyPods(pods)
                .filter(({ phase }) => phase === "Pending")
                .map(({ name }) => `Pod ${name}`);
            return events.findLast(
                ({ object, reason }) => reason === "FailedMount" && pending.includes(object),
            )?.message;
        },
        cause: (message, { tier }) => `A volume of a pod of ${tier} can't be mounted: ${message}`,
        remedy: (_, { refresh }) => `An object that it mounts is missing. Restore it: ${refresh}`,
    }),
];
