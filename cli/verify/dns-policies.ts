import { ask, type Context } from "./context.ts";
import { allowsConnection, type PolicyPod } from "./network-policies.ts";
import { livePolicies, policyPod } from "./policies-check.ts";
import { addressesIn } from "./probe-scripts.ts";
import { notTried } from "./reachability-verdict.ts";
import type { Row } from "./row.ts";

/** The name server of the pods, as NetworkPolicies see it. */
interface NameServer {
    readonly pod: PolicyPod;
    readonly port: number;
}

/** The port of DNS at the address that pods ask. */
const dnsPort = 53;

/**
 * Finds by the live NetworkPolicies which tiers may ask the name server that pods of the cluster ask: the pods behind
 * its Service, or the address itself where it is no Service's.
 *
 * @returns true, false or, where the name server can't be told, undefined, by the tier's name
 */
export async function tiersThatMayResolve(context: Context): Promise<ReadonlyMap<string, boolean>> {
    const [server, policies] = await Promise.all([findNameServer(context), livePolicies(context)]);
    if (server === undefined) {
        return new Map();
    }
    return new Map(
        context.tiers.map((tier) => [
            tier.name,
            (["UDP", "TCP"] as const).every((protocol) =>
                allowsConnection(policies, policyPod(tier, context.declared.namespace), server.pod, {
                    protocol,
                    port: server.port,
                }),
            ),
        ]),
    );
}

/** Finds the name server; undefined if nothing can be asked, or the Services can't be read. */
async function findNameServer(context: Context): Promise<NameServer | undefined> {
    const [answer] = await ask(context, context.probes.plain("insider"), ["nameservers"]).catch(() => []);
    const [ip] = addressesIn(answer);
    if (ip === undefined) {
        return undefined;
    }
    const { core } = context.client;
    const atNode = { pod: { namespace: "", namespaceLabels: {}, labels: {}, ip }, port: dnsPort };
    try {
        const { items } = await core.listServiceForAllNamespaces({ fieldSelector: `spec.clusterIP=${ip}` });
        const [service] = items;
        if (service === undefined) {
            return atNode;
        }
        const namespace = service.metadata?.namespace ?? "";
        const labelSelector = Object.entries(service.spec?.selector ?? {})
            .map(([key, value]) => `${key}=${value}`)
            .join();
        const [pod] = (await core.listNamespacedPod({ namespace, labelSelector })).items;
        const target = service.spec?.ports?.find(({ port }) => port === dnsPort)?.targetPort ?? dnsPort;
        const ports = (pod?.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
        return {
            pod: {
                namespace,
                namespaceLabels: { "kubernetes.io/metadata.name": namespace },
                labels: pod?.metadata?.labels ?? service.spec?.selector ?? {},
                ...(pod?.status?.podIP !== undefined && { ip: pod.status.podIP }),
            },
            port:
                typeof target === "number"
                    ? target
                    : (ports.find(({ name }) => name === target)?.containerPort ?? dnsPort),
        };
    } catch {
        return undefined;
    }
}

/** The look-ups of one moment. */
export interface LookUps {
    readonly sourceRuns: boolean;
    /** The tier resolved a name; undefined if nothing could be run in it. */
    readonly resolves: boolean | undefined;
    /** The NetworkPolicies let the tier ask the name server; undefined where that can't be told. */
    readonly allowed: boolean | undefined;
    /** The insider resolved it, which may send to everybody. */
    readonly control: boolean;
    /** The isolated pod resolved it, which may send to nobody. */
    readonly isolated: boolean;
}

/**
 * Judges if a tier may resolve names. The policies count even where they aren't enforced; where they are, that the
 * isolated pod resolves nothing shows that the row could fail.
 *
 * @param refresh the command that restores what the program declares
 */
export function judgeLookUps(
    from: string,
    { sourceRuns, resolves, allowed, control, isolated }: LookUps,
    refresh: string,
): Pick<Row, "expected" | "observed" | "verdict" | "why"> {
    const expected = "allowed, resolves";
    if (!sourceRuns || resolves === undefined) {
        return { expected, ...notTried(from, sourceRuns) };
    }
    const observed = [
        ...(allowed === undefined ? [] : [allowed ? "allowed" : "denied"]),
        resolves ? "resolves" : "no answer",
    ].join(", ");
    if (allowed === false) {
        return {
            expected,
            observed,
            verdict: "fail",
            why:
                `The NetworkPolicies don't let ${from} ask the cluster's DNS. Restore them: ${refresh}. ` +
                "Where the cluster's DNS is another than most clusters', say so in multitier:dns.",
        };
    }
    if (resolves) {
        const others = isolated
            ? "so does a pod that may send nothing"
            : "a pod that may send nothing does not";
        return { expected, observed: `${observed}; ${others}`, verdict: "pass" };
    }
    return {
        expected,
        observed,
        verdict: "fail",
        why: control
            ? `Other pods resolve names, but not ${from}: a NetworkPolicy denies it. Where the nodes answer for the ` +
              `cluster's DNS at an address of theirs, say it in multitier:dns.cidrs; else restore the policies: ${refresh}`
            : "No pod resolves a name: see whether the cluster's DNS runs, as with kubectl -n kube-system get pods -l k8s-app=kube-dns",
    };
}
