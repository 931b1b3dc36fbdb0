import { ArgumentMistake, isText, mistakeUnless, propertyPath, unknownArguments } from "./arguments-error";
import { connectionNames, passwordNames } from "./peer";
import { expectedLabel, isPeer, label, peerMistakes } from "./peer-mistakes";
import { placementMistakes } from "./placement";
import { autoscalingNames, hasState, ScalingArgs, TierArgs, tierNames } from "./tier-args";
import { volumeMistakes } from "./volume-mistakes";

/** A Service's name: DNS-1035 (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
const serviceName = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const variableName = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

function isCount(value: number | undefined, least: number, most = Infinity): boolean {
    return value === undefined || (Number.isInteger(value) && value >= least && value <= most);
}

function scalingMistakes({ replicas, autoscaling }: ScalingArgs): ArgumentMistake[] {
    const ofReplicas = mistakeUnless(isCount(replicas, 0), "replicas", replicas, "a whole number, 0 or more");
    if (autoscaling === undefined) {
        return ofReplicas;
    }
    const { minReplicas, maxReplicas } = autoscaling;
    return [
        ...ofReplicas,
        ...mistakeUnless(
            replicas === undefined,
            "replicas",
            replicas,
            "none beside autoscaling, which sets them; remove one of the two",
        ),
        ...unknownArguments(autoscaling, autoscalingNames, "autoscaling"),
        ...mistakeUnless(
            Number.isInteger(minReplicas) && minReplicas >= 1,
            "autoscaling.minReplicas",
            minReplicas,
            "a whole number, 1 or more",
        ),
        ...mistakeUnless(
            Number.isInteger(maxReplicas) && maxReplicas >= minReplicas,
            "autoscaling.maxReplicas",
            maxReplicas,
            `a whole number, not below minReplicas (${String(minReplicas)})`,
        ),
    ];
}

function stateMistakes(args: TierArgs): ArgumentMistake[] {
    if (!hasState(args)) {
        return mistakeUnless(
            args.protect !== true,
            "protect",
            true,
            "false, as there is no persistent volume to protect; or add one to persistentVolumes",
        );
    }
    return [
        ...mistakeUnless(
            args.autoscaling === undefined,
            "autoscaling",
            args.autoscaling,
            "none with a persistent volume, which only one pod may use",
        ),
        ...mistakeUnless(
            args.replicas === undefined || args.replicas <= 1,
            "replicas",
            args.replicas,
            "0 or 1 with a persistent volume, which only one pod may use",
        ),
    ];
}

function connectionMistakes({ connectsTo = [], connection }: TierArgs): ArgumentMistake[] {
    const names = connectsTo.filter(isPeer).map(({ tierName }) => tierName);
    return [
        ...connectsTo.flatMap((peer: unknown, index) => peerMistakes(`connectsTo[${index}]`, peer)),
        ...mistakeUnless(new Set(names).size === names.length, "connectsTo", names, "each peer once"),
        ...unknownArguments(connection, connectionNames, "connection"),
        ...unknownArguments(connection?.password, passwordNames, "connection.password"),
    ];
}

/** Every mistake in a tier's name and arguments, as far as they are known without running anything. */
export function tierMistakes(name: string, args: TierArgs): ArgumentMistake[] {
    const seconds = [
        "preStopSleepSeconds",
        "terminationGracePeriodSeconds",
        "progressDeadlineSeconds",
    ] as const;
    return [
        ...unknownArguments(args, tierNames),
        ...placementMistakes(args),
        ...mistakeUnless(
            serviceName.test(name),
            "name",
            name,
            "a Service's name: at most 63 lower-case letters, digits and hyphens, a letter first, no hyphen last",
        ),
        ...mistakeUnless(isText(args.image), "image", args.image, "an image's name"),
        ...mistakeUnless(
            Number.isInteger(args.port) && args.port >= 1024 && args.port <= 65535,
            "port",
            args.port,
            "a whole number from 1024 to 65535, since the pods may not open a privileged port",
        ),
        ...connectionMistakes(args),
        ...scalingMistakes(args),
        ...stateMistakes(args),
        ...seconds.flatMap((argument) =>
            mistakeUnless(isCount(args[argument], 0), argument, args[argument], "whole seconds, 0 or more"),
        ),
        ...Object.keys(args.env ?? {}).flatMap((variable) =>
            mistakeUnless(
                variableName.test(variable),
                propertyPath("env", variable),
                variable,
                "an env var's name: letters, digits, -, . and _, no digit first",
            ),
        ),
        ...Object.keys(args.initCommands ?? {}).flatMap((container) =>
            mistakeUnless(
                label.test(container) && container !== name,
                propertyPath("initCommands", container),
                container,
                `as a container's name ${expectedLabel}, and not the tier's own`,
            ),
        ),
        ...volumeMistakes(args),
    ];
}
