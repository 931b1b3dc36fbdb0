import { livingPods, unreadyContainers, unreadyPods, type TierEvidence } from "./evidence.ts";
import { rule, type Rule } from "./rule.ts";

/** Finds the kubelet's last message about a probe of a pod that is not ready. */
function failedProbe({ pods, events }: TierEvidence, ...kinds: readonly string[]): string | undefined {
    const unready = unreadyPods(pods).map(({ name }) => `Pod ${name}`);
    return events
        .findLast(
            ({ object, reason, message }) =>
                reason === "Unhealthy" &&
                unready.includes(object) &&
                kinds.some((kind) => message.startsWith(`${kind} probe`)),
        )
        ?.message.trim();
}

function wasKilledByProbe({ events }: TierEvidence): boolean {
    return events.some(
        ({ reason, message }) => reason === "Killing" && /failed (liveness|startup) probe/.test(message),
    );
}

/** Finds MySQL's error about a statement of its init file that failed; the rest of the file is not run then. */
function initFileFailure(log: readonly string[]): string | undefined {
    // Such a line has the error's number in its text: "… [ERROR] [MY-000061] [Server] 1410 You are not allowed …".
    return log.map((line) => /\[ERROR\] \[MY-\d+\] \[Server\] (\d{4} .+)$/.exec(line)?.[1]).find(Boolean);
}

/** Reasons for which a container that was started does not stay. */
export const startRules: readonly Rule[] = [
    rule({
        when: ({ pods }) =>
            unreadyContainers(pods).find(({ terminated }) => terminated?.reason === "OOMKilled"),
        cause: ({ name, memoryLimit }, { tier }) =>
            `The container ${name} of ${tier} was killed for using more memory than its limit of ${memoryLimit}.`,
        remedy: (_, { setting }, tier) => `Raise ${setting(tier, "resources.limits.memory")}.`,
    }),
    rule({
        // Some nodes don't notice why the kernel killed it; but for a failed probe there is hardly another reason.
        when: (evidence) =>
            wasKilledByProbe(evidence)
                ? undefined
                : unreadyContainers(evidence.pods).find(
                      ({ terminated }) => terminated?.exitCode === 137 && terminated.reason === "Error",
                  ),
        cause: ({ name, memoryLimit }, { tier }) =>
            `The container ${name} of ${tier} was killed from outside (exit code 137), most likely for using more memory than its limit of ${memoryLimit}.`,
        remedy: (_, { setting }, tier) => `Raise ${setting(tier, "resources.limits.memory")}.`,
    }),
    rule({
        when: (evidence) =>
            wasKilledByProbe(evidence) ? failedProbe(evidence, "Liveness", "Startup") : undefined,
        cause: (message, { tier }) =>
            `${tier} is restarted again and again, since it fails its liveness or startup probe: ${message}`,
        remedy: () => "It does not start, or it hangs: its last lines say which.",
    }),
    rule({
        when: ({ pods }) =>
            unreadyContainers(pods)
                .map(({ log }) => initFileFailure(log))
                .find((line) => line !== undefined),
        cause: (line, { tier }) =>
            `A statement of ${tier}'s init file failed, and those after it were not run, so the app's user can't log in: ${line}`,
        remedy: () =>
            "The init file makes the users match the Secret at every start. Correct what the statement fails on " +
            "(as root: kubectl exec into the pod), then delete the pod.",
    }),
    rule({
        when: ({ pods }) =>
            unreadyContainers(pods).find(
                ({ ready, terminated, restarts, waiting, init }) =>
                    !ready &&
                    (terminated?.exitCode ?? 0) !== 0 &&
                    (restarts > 0 || init || waiting !== undefined),
            ),
        cause: ({ name, init, restarts, terminated }, { tier }) =>
            `The ${init ? "init container" : "container"} ${name} of ${tier} ends by itself with exit code ${String(terminated?.exitCode)}` +
            (restarts > 0 ? `, and was restarted ${String(restarts)} times.` : "."),
        remedy: () => "Its last lines say why.",
    }),
];

const wait = { remedy: () => "Wait a moment, and look again.", passing: true } as const;

/** Reasons for which a pod that runs is not ready. */
export const readinessRules: readonly Rule[] = [
    rule({
        when: (evidence) => {
            const message = failedProbe(evidence, "Readiness");
            return /ERROR 1045|WRONGPASS|NOAUTH/.test(message ?? "") ? message : undefined;
        },
        cause: (message, { tier }) => `${tier} has another password than its Secret: ${message}`,
        remedy: () =>
            "The password was changed inside. Delete the pod: at every start it takes the password of the Secret.",
    }),
    rule({
        when: (evidence) => failedProbe(evidence, "Readiness", "Startup", "Liveness"),
        cause: (message, { tier }) => `${tier} runs, but is not ready: ${message}`,
        remedy: () =>
            "It says that it can't work yet. Mostly what it connects to must answer first: look at the tiers that it connects to, and at its log.",
        passing: true,
    }),
    rule({
        when: ({ pods }) => livingPods(pods).length === 0 || undefined,
        cause: (_, { tier }) => `No pod of ${tier} has been created yet.`,
        ...wait,
    }),
    rule({
        when: ({ pods }) => (pods.some(({ ready }) => ready) ? undefined : livingPods(pods)[0]),
        cause: ({ name, phase }) => `The pod ${name} is not ready yet (${phase}).`,
        ...wait,
    }),
];

/** Reasons for which ready pods are not reached by their Service. */
export const serviceRules: readonly Rule[] = [
    rule({
        when: ({ service }) => service === undefined || undefined,
        cause: (_, { tier }) =>
            `There is no Service ${tier}, so its pods have neither a name nor an address.`,
        remedy: (_, { refresh }) => `Restore it: ${refresh}`,
    }),
    rule({
        when: ({ service, pods }) => {
            const selector = Object.entries(service?.selector ?? {});
            return livingPods(pods).some(({ labels }) =>
                selector.every(([key, value]) => labels[key] === value),
            )
                ? undefined
                : selector.map(([key, value]) => `${key}=${value}`).join(",");
        },
        cause: (selector, { tier }) =>
            `The Service ${tier} selects the pods with ${selector}, and no pod has these labels: it reaches none.`,
        remedy: (_, { refresh }) => `Its selector was changed. Restore it: ${refresh}`,
    }),
    rule({
        when: ({ service, pods }) => {
            const ports = Object.entries(livingPods(pods)[0]?.ports ?? {});
            const known = ports.some(([name, port]) =>
                [name, String(port)].includes(service?.targetPort ?? ""),
            );
            return known
                ? undefined
                : ports.map(([name, port]) => (name === String(port) ? name : `${name} (${String(port)})`));
        },
        cause: (ports, { tier, service }) =>
            `The Service ${tier} sends to the port ${service?.targetPort ?? ""} of its pods, where nothing listens; they listen on ${ports.join(", ")}.`,
        remedy: (_, { refresh }) => `Its targetPort was changed. Restore it: ${refresh}`,
    }),
];
