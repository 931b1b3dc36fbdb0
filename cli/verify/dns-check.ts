import { ask, type Context } from "./context.ts";
import { addressesIn } from "./probe-scripts.ts";
import type { ContainerRef } from "./pod-exec.ts";
import { checkRow, notTriedRow, settling, type Observation, type Row, type RowSubject } from "./row.ts";
import type { LiveTier } from "./subject.ts";

/** Checks every Service's names, from a pod of its namespace and from one of another. */
export function checkDns(context: Context): Promise<Row>[] {
    const insider = context.probes.plain("insider");
    return context.tiers.flatMap((tier) => {
        const { name, qualifiedName, fqdn, clusterIp = "the ClusterIP of its Service" } = tier;
        const qualified = [qualifiedName, `${qualifiedName}.svc`, fqdn];
        const names = [name, ...qualified];
        return [
            checkRow(
                {
                    group: "DNS",
                    from: "a pod beside it",
                    to: name,
                    what: names.join(", "),
                    expected: clusterIp,
                },
                settling,
                async () => compare(names, await resolve(context, insider, names), tier, context.refresh),
            ),
            fromOutside(
                context,
                {
                    group: "DNS",
                    from: "another namespace",
                    to: name,
                    what: `${name}; ${qualified.join(", ")}`,
                    expected: `no such name; ${clusterIp}`,
                },
                async (outsider) => {
                    const [ofShort = [], ...answers] = await resolve(context, outsider, names);
                    const others = compare(qualified, answers, tier, context.refresh);
                    // That the short name does not resolve proves something only as the others do at the same time.
                    return ofShort.length === 0
                        ? { ...others, observed: `no such name; ${others.observed}` }
                        : {
                              observed: `${ofShort.join(" ")}; ${others.observed}`,
                              asExpected: false,
                              why: `The short name ${name} must only mean something within its own namespace.`,
                          };
                },
            ),
        ];
    });
}

/** Checks a row from the pod of another namespace, where there is one. */
async function fromOutside(
    { probes: { outsider } }: Context,
    subject: RowSubject,
    observe: (outsider: ContainerRef) => Promise<Observation>,
): Promise<Row> {
    return "reason" in outsider
        ? notTriedRow(subject, outsider.reason)
        : await checkRow(subject, settling, () => observe(outsider));
}

async function resolve(
    context: Context,
    container: ContainerRef,
    names: readonly string[],
): Promise<string[][]> {
    const answers = await ask(
        context,
        container,
        names.map((name) => `resolve ${name}` as const),
    );
    return answers.map(addressesIn);
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
