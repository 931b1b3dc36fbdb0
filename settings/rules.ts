import { Finding } from "./finding";
import { fullKey, Path } from "./path";
import { isLess } from "../components/quantity";
import { SoundSettings } from "./sound-settings";

/** A rule across settings; reports nothing while one of the settings that it compares is mistaken itself. */
type Rule = (settings: SoundSettings) => Finding[];

const statelessTiers = ["client", "server", "worker"];
const statefulTiers = ["redis", "mysql"];
const resourceNames = ["cpu", "memory", "ephemeral-storage"];

function finding(settings: SoundSettings, path: Path, problem: string): Finding {
    return { path, value: settings.value(path), problem };
}

/** A Deployment's `replicas` and an autoscaler would overwrite one another. */
const replicasOrAutoscaling: Rule = (settings) =>
    statelessTiers
        .filter(
            (tier) =>
                settings.number([tier, "replicas"]) !== undefined &&
                settings.value([tier, "autoscaling"]) !== undefined,
        )
        .map((tier) =>
            finding(
                settings,
                [tier, "replicas"],
                `not together with ${fullKey([tier, "autoscaling"])}, which sets the number of pods: remove one of the two`,
            ),
        );

const replicaRange: Rule = (settings) =>
    statelessTiers.flatMap((tier) => {
        const [least, most] = [
            [tier, "autoscaling", "minReplicas"],
            [tier, "autoscaling", "maxReplicas"],
        ] as const;
        const [leastValue, mostValue] = [settings.number(least), settings.number(most)];
        return leastValue !== undefined && mostValue !== undefined && leastValue > mostValue
            ? [finding(settings, most, `expected at least ${fullKey(least)} (${settings.shown(least)})`)]
            : [];
    });

/** Kubernetes refuses a pod whose limit is below its request. It is said of the one that the stack itself gives. */
const limitsNotBelowRequests: Rule = (settings) =>
    [...statelessTiers, ...statefulTiers].flatMap((tier) =>
        resourceNames.flatMap((name) => {
            const request = [tier, "resources", "requests", name];
            const limit = [tier, "resources", "limits", name];
            const [requestValue, limitValue] = [settings.text(request), settings.text(limit)];
            if (requestValue === undefined || limitValue === undefined || !isLess(limitValue, requestValue)) {
                return [];
            }
            return settings.isGiven(limit)
                ? [
                      finding(
                          settings,
                          limit,
                          `a limit can't be below its request: expected at least ${fullKey(request)} (${settings.shown(request)})`,
                      ),
                  ]
                : [
                      finding(
                          settings,
                          request,
                          `a request can't be above its limit: expected at most ${fullKey(limit)} (${settings.shown(limit)}); give both to raise both`,
                      ),
                  ];
        }),
    );

/** Redis needs memory beside its data; without any room it is killed where it should only refuse a write. */
const redisMemoryBelowLimit: Rule = (settings) => {
    const [maxMemory, limit] = [
        ["redis", "maxMemory"],
        ["redis", "resources", "limits", "memory"],
    ] as const;
    const [maxMemoryValue, limitValue] = [settings.text(maxMemory), settings.text(limit)];
    return maxMemoryValue !== undefined && limitValue !== undefined && !isLess(maxMemoryValue, limitValue)
        ? [
              finding(
                  settings,
                  settings.isGiven(maxMemory) ? maxMemory : limit,
                  `${fullKey(maxMemory)} (${settings.shown(maxMemory)}) must be below ${fullKey(limit)} (${settings.shown(limit)}), or Redis is killed instead of refusing writes`,
              ),
          ]
        : [];
};

const nothingToProtect: Rule = (settings) =>
    statefulTiers
        .map((tier) => [tier, "storage", "ephemeral"])
        .filter((path) => settings.value(["protect"]) === true && settings.value(path) === true)
        .map((path) =>
            finding(
                settings,
                path,
                `not together with ${fullKey(["protect"])} (true): a volume that ends with its pod can't be protected; set one of the two to false`,
            ),
        );

const classWithoutVolume: Rule = (settings) =>
    statefulTiers
        .filter(
            (tier) =>
                settings.value([tier, "storage", "ephemeral"]) === true &&
                settings.text([tier, "storage", "className"]) !== undefined,
        )
        .map((tier) =>
            finding(
                settings,
                [tier, "storage", "className"],
                `not together with ${fullKey([tier, "storage", "ephemeral"])} (true), which has no storage class: remove one of the two`,
            ),
        );

/** A volume that ends with its pod is a folder on the node, and counts as the pod's local disk. */
const ephemeralVolumeWithinLimit: Rule = (settings) =>
    statefulTiers.flatMap((tier) => {
        const size = [tier, "storage", "size"];
        const limit = [tier, "resources", "limits", "ephemeral-storage"];
        const [sizeValue, limitValue] = [settings.text(size), settings.text(limit)];
        return settings.value([tier, "storage", "ephemeral"]) === true &&
            sizeValue !== undefined &&
            limitValue !== undefined &&
            isLess(limitValue, sizeValue)
            ? [
                  finding(
                      settings,
                      size,
                      `expected at most ${fullKey(limit)} (${settings.shown(limit)}), at which the pod is evicted: an ephemeral volume counts towards it`,
                  ),
              ]
            : [];
    });

/** The ports are each other's protocol's: browsers would be sent to the wrong one. */
const portOfTheOtherProtocol: Rule = (settings) => {
    const [externalPort, tlsSecretName] = [
        ["ingress", "externalPort"],
        ["ingress", "tlsSecretName"],
    ] as const;
    const portValue = settings.number(externalPort);
    if (portValue === 80 && settings.text(tlsSecretName) !== undefined) {
        return [
            finding(
                settings,
                externalPort,
                `80 is the port of plain HTTP, and ${fullKey(tlsSecretName)} is given: expected the port of HTTPS, by default 443`,
            ),
        ];
    }
    return portValue === 443 && !settings.isGiven(tlsSecretName)
        ? [
              finding(
                  settings,
                  externalPort,
                  `443 is the port of HTTPS: it needs ${fullKey(tlsSecretName)}, or leave the port out for 80`,
              ),
          ]
        : [];
};

/** The stack creates its namespace, and removes it with all that is in it. */
const namespaceOfItsOwn: Rule = (settings) => {
    const [namespace, controller] = [["namespace"], ["ingress", "controller", "namespace"]];
    const value = settings.text(namespace);
    return value !== undefined && value === settings.text(controller)
        ? [
              finding(
                  settings,
                  settings.isGiven(namespace) ? namespace : controller,
                  `the application needs a namespace of its own, other than the ingress controller's (${fullKey(controller)})`,
              ),
          ]
        : [];
};

const rules: readonly Rule[] = [
    namespaceOfItsOwn,
    portOfTheOtherProtocol,
    replicasOrAutoscaling,
    replicaRange,
    limitsNotBelowRequests,
    redisMemoryBelowLimit,
    nothingToProtect,
    classWithoutVolume,
    ephemeralVolumeWithinLimit,
];

/** What is wrong between settings that are each right by themselves. */
export function checkRules(settings: SoundSettings): Finding[] {
    return rules.flatMap((rule) => rule(settings));
}
