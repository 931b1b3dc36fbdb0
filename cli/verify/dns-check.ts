import type { Context } from "./context.ts";
import { readAddresses, resolveCommand } from "./probe-scripts.ts";
import { checkRow, settling, type Observation, type Row } from "./row.ts";
import type { LiveTier } from "./subject.ts";

/** Checks every Service's names, from a pod of its namespace and from one of another. */
export function checkDns(context: Context): Promise<Row>[] {
    return context.tiers.flatMap((tier) => [sameNamespace(context, tier), otherNamespace(context, tier)]);
}

async function sameNamespace({ probes, exec, refresh }: Context, tier: LiveTier): Promise<Row> {
    const names = namesOf(tier);
    const expected = tier.clusterIp ?? "the ClusterIP of its Service";
    return await checkRow(
        { group: "DNS", from: "a pod beside it", to: tier.name, what: names.join(", "), expected },
        settling,
        async () => {
            const { stdout } = await exec(probes.plain("insider"), resolveCommand(names));
            return compare(names, readAddresses(stdout, names.length), tier, refresh);
        },
    );
}

/** The short name must not resolve, and that proves something only as the qualified one does at the same time. */
async function otherNamespace({ probes, exec, refresh }: Context, tier: LiveTier): Promise<Row> {
    const [short = "", ...qualified] = namesOf(tier);
    const expected = `no such name; ${tier.clusterIp ?? "the ClusterIP of its Service"}`;
    return await checkRow(
        {
            group: "DNS",
            from: "another namespace",
            to: tier.name,
            what: `${short}; ${qualified.join(", ")}`,
            expected,
        },
        settling,
        async () => {
            const { stdout } = await exec(probes.plain("outsider"), resolveCommand([short, ...qualified]));
            const [ofShort = [], ...ofQualified] = readAddresses(stdout, qualified.length + 1);
            const others = compare(qualified, ofQualified, tier, refresh);
            return {
                observed: `${ofShort.length === 0 ? "no such name" : ofShort.join(" ")}; ${others.observed}`,
                asExpected: ofShort.length === 0 && others.asExpected,
                ...(ofShort.length > 0
                    ? { why: `The short name ${short} must only mean something within its own namespace.` }
                    : others.why !== undefined && { why: others.why }),
            };
        },
    );
}

/** The forms of a Service's name, shortest first. */
function namesOf({ name, qualifiedName, fqdn }: LiveTier): string[] {
    return [name, qualifiedName, `${qualifiedName}.svc`, fqdn];
}

function compare(
    names: readonly string[],
    answers: readonly (readonly string[])[],
    tier: LiveTier,
    refresh: string,
): Observation {
    const wrong = names.flatMap((name, index) => {
        const addresses = answers[index] ?? [];
        return addresses.length === 1 && addresses[0] === tier.clusterIp
            ? []
            : [`${name}: ${addresses.join(" ") || "no such name"}`];
    });
    if (wrong.length === 0) {
        return { observed: tier.clusterIp ?? "", asExpected: true };
    }
    return {
        observed: wrong.join(", "),
        asExpected: false,
        why:
            tier.service === undefined
                ? `There is no Service ${tier.name} in the namespace, so nothing has that name. Restore it: ${refresh}`
                : "The cluster's DNS does not answer for this Service. See whether it runs: kubectl -n kube-system get pods -l k8s-app=kube-dns",
    };
}
