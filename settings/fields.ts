import * as v from "valibot";
import { isCidr } from "../components/cidr";
import { billionths, parseQuantity } from "../components/quantity";

/*
 * The kinds of value that settings have. Each says in words what is expected: one text for all the ways in which a
 * value can fail it. Lengths come before patterns, since parsing stops at the first failure.
 */

function expecting<const Schema extends v.GenericSchema>(schema: Schema, expected: string) {
    return v.message(v.pipe(schema, v.metadata({ expected })), `expected ${expected}`);
}

function text(longest: number, pattern: string, expected: string) {
    return expecting(v.pipe(v.string(), v.maxLength(longest), v.regex(new RegExp(`^${pattern}$`))), expected);
}

/** RFC 1123's label, as Kubernetes checks the names of Services and namespaces. */
const label = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
const subdomain = `${label}(?:\\.${label})*`;

/** A namespace of the application's own. Kubernetes keeps `kube-` for itself. */
export const ownNamespace = text(
    63,
    `(?!kube-|default$)${label}`,
    "a namespace of the application's own: at most 63 of a-z, 0-9 and -, neither `default` nor one of Kubernetes' own `kube-…`",
);

/** Any namespace. */
export const namespaceName = text(63, label, "the name of a namespace: at most 63 of a-z, 0-9 and -");

/** The name of most objects: RFC 1123's subdomain. */
export const objectName = text(
    253,
    subdomain,
    "the name of a Kubernetes object: a-z, 0-9, - and ., at most 253 in all",
);

/** The part of a cluster's DNS names after `svc.`. */
export const domain = text(253, subdomain, "a DNS domain in lower case, such as cluster.local");

/** The host of an Ingress: never an address, and no wildcard, since `url` is made of it. */
export const hostName = text(
    253,
    `(?:${label}\\.)*(?![0-9]+$)${label}`,
    "a DNS name in lower case, such as shop.example.com: no scheme, port, path or wildcard, and no IP address",
);

/** A kubeconfig context's name: kubectl takes nearly anything. */
export const contextName = text(
    1024,
    "[!-~\\u00a1-\\uffff](?:[ -~\\u00a0-\\uffff]*[!-~\\u00a1-\\uffff])?",
    "the name of a kubeconfig context; `kubectl config get-contexts -o name` lists them, and the kind cluster's is kind-multitier",
);

/** A file's path. A kubeconfig's contents are refused: they would be kept, readable, in the stack's state. */
export const filePath = text(
    4096,
    "(?! *(?:\\{|$))[ -~\\u00a0-\\uffff]+",
    "the path of a kubeconfig file (not its contents)",
);

/** The UID of a Kubernetes object. */
export const uid = text(
    128,
    "[0-9a-zA-Z][-0-9a-zA-Z]*",
    "a UID, as from `kubectl get namespace kube-system -o jsonpath={.metadata.uid}`",
);

const imageName = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
const imageRegistry = "(?:[a-zA-Z0-9](?:[-a-zA-Z0-9.]{0,252}[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?";
const imageTag = ":(?!latest(?:@|$))[a-zA-Z0-9_][-a-zA-Z0-9_.]{0,127}";
const imageDigest = "@sha256:[0-9a-f]{64}";

/**
 * An image that stays the same: with a tag or digest, and not `latest`, whose contents can change without a rollout.
 * Source of the grammar: the distribution project's reference format.
 */
export const image = text(
    512,
    `${imageRegistry}${imageName}(?:/${imageName})*(?:${imageTag}(?:${imageDigest})?|${imageDigest})`,
    "an image reference with a tag other than latest, or a digest, such as registry.example.com/shop/server:1.4.2",
);

function wholeNumber(least: number, most: number, expected: string) {
    return expecting(
        v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)),
        `${expected}: a whole number from ${least} to ${most}`,
    );
}

export const port = wholeNumber(1, 65535, "a TCP port");
/** 0 stops a tier. The upper bound only catches slips: no cluster of this kind runs more. */
export const replicas = wholeNumber(0, 1000, "a number of pods");
/** An autoscaler can't start from 0. */
export const autoscaledReplicas = wholeNumber(1, 1000, "a number of pods");
/** More than 100 is sound: it is a part of the request, not of the limit. */
export const utilization = wholeNumber(1, 1000, "a percentage of the CPU request");
export const version = wholeNumber(1, 1_000_000_000, "a version");

export const flag = expecting(v.boolean(), "true or false");

/** A quantity as text, or as the number that YAML makes of one without a suffix. The result is always text. */
function quantity(least: bigint, step: bigint, expected: string) {
    const grammar = /^\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[KMGTPE]i|[eE][-+]?[0-9]{1,3}|[numkMGTPE])?$/;
    const check = v.check((text: string) => {
        const value = parseQuantity(text);
        return value !== undefined && value >= least && value % step === 0n;
    });
    const text = v.pipe(v.string(), v.regex(grammar), check);
    return expecting(v.union([text, v.pipe(v.number(), v.transform(String), check)]), expected);
}

const milli = billionths / 1000n;

/** Kubernetes takes no finer steps than a thousandth of a CPU. */
export const cpu = quantity(
    milli,
    milli,
    "an amount of CPU in whole thousandths, such as 250m or 1.5, at least 1m",
);

/** Less than a mebibyte is always a forgotten suffix, and `m` means thousandths of a byte. */
export const bytes = quantity(
    billionths << 20n,
    billionths,
    "an amount of bytes such as 256Mi or 1Gi, at least 1Mi (without a suffix the number means bytes)",
);

/** Lower case only: whether MySQL tells cases apart depends on the machine that it runs on. */
export const mysqlDatabase = text(
    64,
    "(?!(?:mysql|sys|information_schema|performance_schema)$)[a-z][a-z0-9_]*",
    "a database name of a-z, 0-9 and _, beginning with a letter, at most 64 in all, and none of MySQL's own (mysql, sys, information_schema, performance_schema)",
);

export const mysqlUser = text(
    32,
    "(?!root$)[a-z][a-z0-9_]*",
    "a user name of a-z, 0-9 and _, beginning with a letter, at most 32 in all, and not root, which administers the server",
);

const labelName = "[a-zA-Z0-9](?:[-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9])?";

/** Labels that select pods. */
export const labels = expecting(
    v.pipe(
        v.record(
            v.pipe(v.string(), v.maxLength(317), v.regex(new RegExp(`^(?:${subdomain}/)?${labelName}$`))),
            v.pipe(v.string(), v.regex(new RegExp(`^(?:${labelName})?$`))),
        ),
        v.minEntries(1),
    ),
    "Kubernetes labels, at least one, such as app.kubernetes.io/name: traefik",
);

export const cidrs = expecting(
    v.array(v.pipe(v.string(), v.check(isCidr))),
    "a list of blocks of addresses, such as 10.0.0.0/8 or fd00::/8",
);

export const none = expecting(v.literal("none"), "none, or leave it out");

export const objectNames = expecting(v.array(objectName), "a list of names of Kubernetes objects");
