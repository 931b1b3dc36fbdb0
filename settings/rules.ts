import { isLess } from "../components/quantity";
import { SettingsFinding, IsSecret, isWithin, shownAt } from "./findings";
import { fullKey, Path } from "./path";
import { isMapping } from "./shown";

const tiers = ["client", "server", "worker", "redis", "mysql"];
const resourceNames = ["cpu", "memory", "ephemeral-storage"];

function valueAt(root: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (value, key) => (isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined),
        root,
    );
}

/**
 * Finds what is wrong between settings that are each right by themselves.
 *
 * @param settings with the defaults filled in
 * @param given as the stack gives them
 * @param mistaken what is wrong with single settings: rules don't see these, so each applies where it can
 */
export function checkRules(
    settings: unknown,
    given: unknown,
    mistaken: readonly SettingsFinding[],
    isSecret: IsSecret,
): SettingsFinding[] {
    const findings: SettingsFinding[] = [];
    function at(...path: string[]) {
        const isMistaken = mistaken.some((finding) => isWithin(path, finding.path));
        const value = isMistaken ? undefined : valueAt(settings, path);
        const isGiven = valueAt(given, path) !== undefined;
        const key = fullKey(path);
        return {
            path,
            key,
            value,
            text: typeof value === "string" ? value : "",
            number: typeof value === "number" ? value : Number.NaN,
            isGiven,
            /** For a message about another setting. */
            shown: `${key} (${shownAt(path, value, isSecret)}${isGiven ? "" : ", the default"})`,
        };
    }
    function refuseIf(isWrong: boolean, { path, value }: ReturnType<typeof at>, problem: string): void {
        if (isWrong) {
            findings.push({ path, value, problem });
        }
    }

    const existing = at("existingNamespace");
    const namespace = at("namespace");
    refuseIf(
        existing.text !== "" && namespace.isGiven && namespace.text !== "",
        existing,
        `not together with ${namespace.key}, which is a namespace that the stack creates: remove one of the two`,
    );
    // The stack creates its namespace, and removes it with all that is in it.
    const controller = at("ingress", "controller", "namespace");
    refuseIf(
        !existing.isGiven && namespace.text !== "" && namespace.text === controller.text,
        namespace.isGiven ? namespace : controller,
        `the application needs a namespace of its own, other than the ingress controller's (${controller.key})`,
    );

    // The ports are each other's protocol's: browsers would be sent to the wrong one.
    const externalPort = at("ingress", "externalPort");
    const tlsSecretName = at("ingress", "tlsSecretName");
    refuseIf(
        externalPort.number === 80 && tlsSecretName.text !== "",
        externalPort,
        `80 is the port of plain HTTP, and ${tlsSecretName.key} is given: expected the port of HTTPS, by default 443`,
    );
    refuseIf(
        externalPort.number === 443 && !tlsSecretName.isGiven,
        externalPort,
        `443 is the port of HTTPS: it needs ${tlsSecretName.key}, or leave the port out for 80`,
    );

    // Redis needs memory beside its data; without any room it is killed where it should only refuse a write.
    const maxMemory = at("redis", "maxMemory");
    const redisLimit = at("redis", "resources", "limits", "memory");
    refuseIf(
        maxMemory.text !== "" && redisLimit.text !== "" && !isLess(maxMemory.text, redisLimit.text),
        maxMemory.isGiven ? maxMemory : redisLimit,
        `${maxMemory.shown} must be below ${redisLimit.shown}, or Redis is killed instead of refusing writes`,
    );

    const protect = at("protect");
    // A tier has no values for the settings that it doesn't know, so no rule about them applies to it.
    for (const tier of tiers) {
        // A Deployment's `replicas` and an autoscaler would overwrite one another.
        const replicas = at(tier, "replicas");
        const autoscaling = at(tier, "autoscaling");
        refuseIf(
            replicas.value !== undefined && autoscaling.value !== undefined,
            replicas,
            `not together with ${autoscaling.key}, which sets the number of pods: remove one of the two`,
        );
        const least = at(tier, "autoscaling", "minReplicas");
        const most = at(tier, "autoscaling", "maxReplicas");
        refuseIf(least.number > most.number, most, `expected at least ${least.shown}`);

        for (const name of resourceNames) {
            const request = at(tier, "resources", "requests", name);
            const limit = at(tier, "resources", "limits", name);
            // Kubernetes refuses the pod. It is said of the one that the stack itself gives.
            refuseIf(
                isLess(limit.text, request.text),
                limit.isGiven ? limit : request,
                limit.isGiven
                    ? `a limit can't be below its request: expected at least ${request.shown}`
                    : `a request can't be above its limit: expected at most ${limit.shown}; give both to raise both`,
            );
        }

        const ephemeral = at(tier, "storage", "ephemeral");
        refuseIf(
            protect.value === true && ephemeral.value === true,
            ephemeral,
            `not together with ${protect.key} (true): a volume that ends with its pod can't be protected; set one of the two to false`,
        );
        const className = at(tier, "storage", "className");
        refuseIf(
            ephemeral.value === true && className.text !== "",
            className,
            `not together with ${ephemeral.key} (true), which has no storage class: remove one of the two`,
        );
        // A volume that ends with its pod is a folder on the node, and counts as the pod's local disk.
        const size = at(tier, "storage", "size");
        const localDisk = at(tier, "resources", "limits", "ephemeral-storage");
        refuseIf(
            ephemeral.value === true && isLess(localDisk.text, size.text),
            size,
            `expected at most ${localDisk.shown}, at which the pod is evicted: an ephemeral volume counts towards it`,
        );
    }
    return findings;
}
