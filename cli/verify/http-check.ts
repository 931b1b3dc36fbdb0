import type { Context } from "./context.ts";
import { outsideRequest } from "./outside-request.ts";
import { bash, readHttpAnswer, requestScript, type HttpAnswer } from "./probe-scripts.ts";
import { checkRow, settling, type Observation, type Row } from "./row.ts";
import type { LiveTier } from "./subject.ts";

/** Checks every tier that speaks HTTP on its Service, and every route of the Ingress. */
export function checkHttp(context: Context): Promise<Row>[] {
    const { url, topology } = context.declared;
    return [
        ...context.tiers
            .filter(({ protocol }) => protocol === "http")
            .map((tier) => throughService(context, tier)),
        ...(url === undefined
            ? []
            : Object.entries(topology.routes).map(([path, tier]) =>
                  throughIngress(context, url, path, tier),
              )),
    ];
}

/** The path that the tier's own readiness probe asks for. */
function readinessPath({ deployment }: LiveTier): string {
    return deployment?.spec?.template.spec?.containers[0]?.readinessProbe?.httpGet?.path ?? "/";
}

async function request(
    { probes, exec }: Context,
    { name, port }: LiveTier,
    path: string,
): Promise<HttpAnswer | undefined> {
    const { stdout } = await exec(probes.plain("insider"), bash(requestScript, name, port, path));
    return readHttpAnswer(stdout);
}

async function throughService(context: Context, tier: LiveTier): Promise<Row> {
    const path = readinessPath(tier);
    return await checkRow(
        {
            group: "HTTP",
            from: "a pod beside it",
            to: tier.name,
            what: `GET http://${tier.name}:${String(tier.port)}${path}`,
            expected: "200",
        },
        settling,
        async () => {
            const found = await request(context, tier, path);
            return {
                observed: found === undefined ? "no answer" : String(found.status),
                asExpected: found?.status === 200,
                why: `${tier.name} answers on its Service, but not as its readiness probe wants it to.`,
            };
        },
    );
}

/** Checks that the Ingress answers as the tier does itself: with the same status, content type and page. */
async function throughIngress(context: Context, url: string, path: string, tierName: string): Promise<Row> {
    const { client, declared } = context;
    const tier = context.tiers.find(({ name }) => name === tierName);
    return await checkRow(
        {
            group: "HTTP",
            from: "outside",
            to: tierName,
            what: `GET ${new URL(path, url).href}`,
            expected: `as ${tierName} answers itself`,
        },
        settling,
        async () => {
            if (tier === undefined) {
                return { observed: "no such tier", asExpected: false };
            }
            const [inside, outside] = await Promise.all([
                request(context, tier, path),
                outsideRequest(client, declared, { path }),
            ]);
            return compare(inside, outside, tierName, declared.namespace);
        },
    );
}

function compare(
    inside: HttpAnswer | undefined,
    outside: HttpAnswer,
    tier: string,
    namespace: string,
): Observation {
    const observed = `${String(outside.status)} ${outside.contentType}`;
    if (inside === undefined) {
        return {
            observed: `${observed}, but ${tier} itself gives no answer`,
            asExpected: false,
        };
    }
    const same =
        inside.status === outside.status &&
        inside.contentType === outside.contentType &&
        inside.body === outside.body;
    return same
        ? { observed, asExpected: true }
        : {
              observed: `${observed}, but ${tier} itself ${String(inside.status)} ${inside.contentType}`,
              asExpected: false,
              why:
                  `The Ingress does not route this path to ${tier}, or its controller can't reach ${tier}. ` +
                  "A controller on the host network, or a load balancer that talks to pods directly, needs its addresses " +
                  "in multitier:ingress.controller.cidrs. " +
                  `Look at the Ingress and its events: kubectl -n ${namespace} describe ingress`,
          };
}
