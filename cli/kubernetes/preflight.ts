import { isLess } from "../../components/quantity.ts";
import type { Settings } from "../../settings/parse.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import { itemsUnlessForbidden, listClaims } from "./objects.ts";
import type { KubernetesClient } from "./client.ts";
import type { LiveClaim, LiveIngress, LiveStorageClass } from "./live-object.ts";
import { carries, labelSelector, type StackLabels } from "./stack-labels.ts";

/** The first minor version with a `preStop` sleep (feature gate PodLifecycleSleepAction, on by default since 1.30). */
const leastMinor = 30;

/**
 * Checks that the cluster's API server knows all fields that the tiers use: an older one refuses them in the middle of an
 * update.
 *
 * @throws CommandFailure if it is too old
 */
export async function checkVersion(client: KubernetesClient): Promise<void> {
    const { major, minor, gitVersion } = await client.version.getCode();
    if (isTooOld(major, minor)) {
        throw new CommandFailure(
            `The cluster of the context ${client.context} runs Kubernetes ${gitVersion}, and 1.${leastMinor} or later is ` +
                "needed; nothing was changed.",
            "Upgrade it, or take another cluster (--context).",
        );
    }
}

/** @param minor may end with a provider's own sign, as in "29+" */
export function isTooOld(major: string, minor: string): boolean {
    return Number(major) === 1 && Number.parseInt(minor, 10) < leastMinor;
}

/**
 * Checks the settings against the cluster before anything is created: what it would refuse, or wait for in vain, in
 * the middle of an update.
 *
 * @throws CommandFailure with everything that doesn't fit
 */
export async function checkAgainstCluster(
    client: KubernetesClient,
    settings: Settings,
    labels: StackLabels,
    report: ReportProgress,
): Promise<void> {
    const [ingressClasses, storageClasses, ingresses, claims] = await Promise.all([
        itemsUnlessForbidden(client.networking.listIngressClass()),
        itemsUnlessForbidden(client.storage.listStorageClass()),
        itemsUnlessForbidden(client.networking.listIngressForAllNamespaces()),
        listClaims(client, settings.namespace, labelSelector(labels)),
    ]);
    const unseen = Object.entries({
        IngressClasses: ingressClasses,
        StorageClasses: storageClasses,
        "the Ingresses of other namespaces": ingresses,
    }).flatMap(([kind, items]) => (items === undefined ? [kind] : []));
    if (unseen.length > 0) {
        report(`not checked, since you may not list them: ${unseen.join(", ")}`);
    }
    const wanted = (["mysql", "redis"] as const)
        .map((tier) => ({ tier, ...settings[tier].storage, className: settings[tier].storage.className }))
        .filter(({ ephemeral }) => !ephemeral);
    const problems = [
        ...(ingressClasses === undefined
            ? []
            : checkIngressClass(
                  settings.ingress.className,
                  ingressClasses.map(({ metadata }) => metadata?.name ?? ""),
              )),
        ...checkHost(settings.host, settings.ingress.className, ingresses ?? [], settings.namespace, labels),
        ...checkStorage(wanted, claims, storageClasses),
    ];
    if (problems.length > 0) {
        throw new CommandFailure(
            `The settings don't fit the cluster of the context ${client.context}; nothing was changed:\n` +
                problems.map((problem) => `  - ${problem}`).join("\n"),
        );
    }
}

/** Finds mistakes about the IngressClass: without a controller for it, the Ingress is never served. */
export function checkIngressClass(wanted: string, existing: readonly string[]): string[] {
    if (existing.includes(wanted)) {
        return [];
    }
    const remedy =
        existing.length > 0
            ? `It has: ${existing.join(", ")}; set it to the one that is to serve the application.`
            : "It has none: install an ingress controller first.";
    return [`multitier:ingress.className = ${wanted}: the cluster has no such IngressClass. ${remedy}`];
}

/**
 * Finds Ingresses of others with the stack's host: which of the two the controller serves, nobody can tell.
 *
 * @param namespace that of the stack. Whose one is that another project's stack of the same name has made there, as this
 *   one may have been called before, is decided by its identifier
 * @param labels those of the stack, whose own Ingress has the host rightly, before a change of the namespace too
 */
export function checkHost(
    host: string,
    className: string,
    ingresses: readonly LiveIngress[],
    namespace: string,
    labels: StackLabels,
): string[] {
    const instance = "app.kubernetes.io/instance";
    return ingresses
        .filter(
            ({ metadata }) =>
                metadata?.namespace !== namespace || metadata.labels?.[instance] !== labels[instance],
        )
        .filter(({ spec }) => spec?.ingressClassName === className)
        .filter(({ spec }) => spec?.rules?.some((rule) => rule.host === host))
        .filter((ingress) => !carries(ingress, labels))
        .map(
            ({ metadata }) =>
                `multitier:host = ${host}: the Ingress ${metadata?.name ?? ""} in the namespace ` +
                `${metadata?.namespace ?? ""} has this host already, and would get some of the requests, or all. ` +
                "Set another host, or remove that Ingress.",
        );
}

/** The volume that a tier's settings ask for. */
export interface WantedVolume {
    readonly tier: string;
    /** A Kubernetes quantity. */
    readonly size: string;
    /** undefined means the cluster's default class. */
    readonly className: string | undefined;
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";

/**
 * Finds volumes that the cluster would refuse in the middle of `up`, each as a sentence with what to do instead.
 *
 * @param wanted what the settings ask for
 * @param claims the claims in the stack's namespace
 * @param classes the cluster's StorageClasses; undefined if nobody knows
 */
export function checkStorage(
    wanted: readonly WantedVolume[],
    claims: readonly LiveClaim[],
    classes: readonly LiveStorageClass[] | undefined,
): string[] {
    return wanted.flatMap((volume) => {
        const claim = claims.find(
            ({ metadata }) => metadata?.labels?.["app.kubernetes.io/name"] === volume.tier,
        );
        // Another class makes another volume; that the data of the former would be lost, the preview before an up says.
        return claim === undefined || hasOtherClass(volume, claim)
            ? checkNew(volume, classes)
            : checkChange(volume, claim, classes);
    });
}

function hasOtherClass({ className }: WantedVolume, { spec }: LiveClaim): boolean {
    const liveClass = spec?.storageClassName;
    return className !== undefined && liveClass !== undefined && className !== liveClass;
}

function checkNew(
    { tier, className }: WantedVolume,
    classes: readonly LiveStorageClass[] | undefined,
): string[] {
    if (classes === undefined) {
        return [];
    }
    const names = classes.map(({ metadata }) => metadata?.name ?? "").join(", ") || "none";
    const key = `multitier:${tier}.storage.className`;
    if (className === undefined) {
        const hasDefault = classes.some(({ metadata }) => metadata?.annotations?.[defaultClass] === "true");
        return hasDefault ? [] : [`The cluster has no default StorageClass; set ${key} to one of: ${names}.`];
    }
    return classes.some(({ metadata }) => metadata?.name === className)
        ? []
        : [`${key} = ${className}: the cluster has no such StorageClass. It has: ${names}.`];
}

function checkChange(
    { tier, size }: WantedVolume,
    claim: LiveClaim,
    classes: readonly LiveStorageClass[] | undefined,
): string[] {
    const name = claim.metadata?.name ?? "";
    const liveSize = claim.spec?.resources?.requests?.["storage"] ?? size;
    const liveClass = claim.spec?.storageClassName;
    const key = `multitier:${tier}.storage`;
    const renew =
        "For a new volume without the data: npm run down, then npm run up; " +
        "to keep the data, back it up first and restore it then.";

    if (isLess(size, liveSize)) {
        return [
            `${key}.size = ${size}: the volume ${name} has ${liveSize}, and a volume can't shrink. ` +
                `Set it to ${liveSize} or more. ${renew}`,
        ];
    }
    const expands =
        classes?.find(({ metadata }) => metadata?.name === liveClass)?.allowVolumeExpansion ?? false;
    if (classes !== undefined && isLess(liveSize, size) && !expands) {
        return [
            `${key}.size = ${size}: the volume ${name} has ${liveSize}, and its class ${liveClass ?? "(none)"} ` +
                `doesn't allow volumes to grow. Set it back to ${liveSize}. ${renew}`,
        ];
    }
    return [];
}
