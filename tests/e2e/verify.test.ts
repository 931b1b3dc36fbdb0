import { expect } from "chai";

import { tierLabel } from "../../components/labels.ts";
import { eventually } from "./eventually.ts";
import { allReady, kubectl, namespace, podsOf, runIn } from "./live-cluster.ts";
import { requireApplication, workspace } from "./suite.ts";
import { verify, type Rows } from "./verify-rows.ts";

/** The objects of verify in the cluster, but for those that are being removed already. */
async function probeObjects(): Promise<string[]> {
    const label = "app.kubernetes.io/managed-by=multitier-verify";
    const kinds = "namespaces,pods,networkpolicies";
    const template =
        '{{range .items}}{{if not .metadata.deletionTimestamp}}{{.kind}}/{{.metadata.name}}{{"\\n"}}{{end}}{{end}}';
    const found = await kubectl(
        ...["get", kinds, "--all-namespaces", "--selector", label, "--output", `go-template=${template}`],
    );
    return found
        .toLowerCase()
        .split("\n")
        .filter((name) => name !== "");
}

/** Waits until all objects of verify are gone: a namespace takes its time to end. */
async function noProbeObjects(): Promise<void> {
    await eventually("the objects of verify to be removed", 60, async () =>
        (await probeObjects()).length === 0 ? true : undefined,
    );
}

/** Restores what the program declares. */
async function restore(): Promise<void> {
    await workspace().up(["--refresh"]);
    await allReady();
}

describe("npm run verify", () => {
    let rows: Rows;
    before(async () => {
        requireApplication();
        await workspace().checkout.set({ "client.replicas": 3 });
        await workspace().up();
        await allReady();
        rows = await verify(0);
    });

    it("finds every row as expected, in every group", () => {
        expect(rows.filter(({ verdict }) => verdict === "fail" || verdict === "inconclusive")).to.deep.equal(
            [],
        );
        expect(new Set(rows.map(({ group }) => group))).to.have.keys(
            ...["DNS", "HTTP", "Redis", "MySQL", "End to end", "Reachability", "Policies"],
            "Balancing",
        );
    });

    it("sees new connections at every pod of three", () => {
        const spread = rows.find(
            ({ group, to, what }) => group === "Balancing" && to === "client" && /new/.test(what),
        );
        expect(spread?.observed).to.equal("at 3 of 3 pods");
    });

    it("asks every pair of tiers, a stranger and another namespace", () => {
        const pairs = rows
            .filter(({ what }) => what.startsWith("TCP"))
            .map(({ from, to }) => `${from} ${to}`);
        // Five tiers, each to the four others, and two that are none to all five.
        expect(new Set(pairs)).to.have.property("size", 5 * 4 + 2 * 5);
    });

    it("leaves nothing behind", async () => {
        await noProbeObjects();
    });

    it("leaves nothing behind when it is killed either", async () => {
        const running = workspace().start("verify");
        await eventually("the probe pods", 60, async () =>
            (await probeObjects()).some((name) => name.startsWith("pod/")) ? true : undefined,
        );
        running.killGroup();
        expect((await running.end()).exitCode).to.not.equal(0);
        await noProbeObjects();
    });
});

/** Something that somebody breaks, and the row and explanation that verify must have for it. */
interface Mutation {
    readonly title: string;
    readonly break: () => Promise<unknown>;
    /** The row that has to fail. */
    readonly row: {
        readonly group: string;
        readonly from?: string;
        readonly to: string;
        readonly what?: RegExp;
    };
    readonly why: RegExp;
}

async function patch(kind: string, name: string, operations: readonly object[]): Promise<void> {
    await kubectl("patch", kind, name, "-n", namespace, "--type=json", "-p", JSON.stringify(operations));
}

async function deploymentOf(tier: string): Promise<string> {
    const selector = `app.kubernetes.io/name=${tier}`;
    return await kubectl("get", "deployments", "-n", namespace, "-l", selector, "-o", "name");
}

/** Runs statements as root in MySQL's pod, by an options file that is gone again afterwards. */
async function asRoot(statements: string): Promise<void> {
    const script =
        "umask 077; file=$(mktemp); trap 'rm -f \"$file\"' EXIT; " +
        `printf '[client]\\nuser=root\\npassword=%s\\n' "$(cat /run/secrets/mysql/root-password)" > "$file"; ` +
        'mysql --defaults-file="$file" --host=127.0.0.1 --protocol=TCP --execute="$0"';
    await runIn("mysql", "bash", "-c", script, statements);
}

const mutations: readonly Mutation[] = [
    {
        title: "a tier that is stopped",
        break: async () => {
            await kubectl("scale", await deploymentOf("worker"), "-n", namespace, "--replicas=0");
        },
        row: { group: "HTTP", to: "worker" },
        why: /worker is scaled to 0 pods/,
    },
    {
        title: "a Service's selector",
        break: () =>
            patch("service", "mysql", [
                { op: "replace", path: "/spec/selector/app.kubernetes.io~1name", value: "nobody" },
            ]),
        row: { group: "Reachability", from: "server", to: "mysql" },
        why: /selects the pods with app.kubernetes.io\/name=nobody, and no pod has these labels/,
    },
    {
        title: "a Service's target port",
        break: () =>
            patch("service", "client", [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }]),
        row: { group: "HTTP", from: "a pod beside it", to: "client" },
        why: /sends to the port 9999 of its pods, where nothing listens/,
    },
    {
        title: "MySQL's password",
        break: () =>
            // MySQL remembers the password with which somebody has just logged in until it is told to forget.
            asRoot(
                "ALTER USER app@'%' DISCARD OLD PASSWORD; ALTER USER app@'%' IDENTIFIED BY 'another'; FLUSH PRIVILEGES",
            ),
        row: { group: "MySQL", to: "mysql", what: /SHOW DATABASES as the app's user/ },
        why: /password|Access denied/,
    },
    {
        title: "Redis' password",
        break: () =>
            runIn(
                ...(["redis", "bash", "-c"] as const),
                'REDISCLI_AUTH="$(cat /run/secrets/redis/password)" redis-cli config set requirepass another',
            ),
        row: { group: "Redis", to: "redis", what: /PING with the password/ },
        why: /password|Readiness probe failed/,
    },
    {
        title: "the policy of an allowed connection, seen in the policies even where they are not enforced",
        break: async () => {
            const all = await kubectl("get", "networkpolicies", "-n", namespace, "-o", "name");
            const name = all.split("\n").find((each) => each.includes("/server-to-mysql-"));
            await kubectl("delete", "-n", namespace, name ?? "");
        },
        row: { group: "Policies", from: "server", to: "all tiers" },
        why: /let server reach mysql are missing/,
    },
    {
        title: "the Ingress' class",
        break: async () => {
            const name = await kubectl(
                "get",
                "ingresses",
                "-n",
                namespace,
                "-o",
                "jsonpath={.items[0].metadata.name}",
            );
            await patch("ingress", name, [
                { op: "replace", path: "/spec/ingressClassName", value: "nobodys" },
            ]);
        },
        row: { group: "HTTP", from: "outside", to: "client" },
        why: /is of the class nobodys, which the cluster has not got\. It has: traefik/,
    },
    {
        title: "a Service that is a NodePort",
        break: async () => {
            await kubectl("create", "service", "nodeport", "extra", "-n", namespace, "--tcp=8080:8080");
            await kubectl("set", "selector", "service", "extra", `${tierLabel}=client`, "-n", namespace);
        },
        row: { group: "Reachability", from: "outside", to: "all tiers" },
        why: /Make it a ClusterIP Service/,
    },
];

describe("npm run verify, after somebody has broken", () => {
    before(requireApplication);

    for (const { title, break: breakIt, row, why } of mutations) {
        it(`${title}, fails on that row and says why`, async () => {
            try {
                await breakIt();
                const rows = await verify(1);
                const failed = rows.find(
                    ({ verdict, group, from, to, what }) =>
                        verdict === "fail" &&
                        group === row.group &&
                        (row.from === undefined || from === row.from) &&
                        to === row.to &&
                        (row.what?.test(what) ?? true),
                );
                expect(failed, JSON.stringify(rows.filter(({ verdict }) => verdict !== "pass"))).to.not.equal(
                    undefined,
                );
                expect(failed?.why).to.match(why);
            } finally {
                await kubectl("delete", "service", "extra", "-n", namespace, "--ignore-not-found");
                // A running MySQL and a running Redis read their Secrets again when they start.
                if (/password/.test(title)) {
                    const [pod] = await podsOf(row.to === "mysql" ? "mysql" : "redis");
                    await kubectl("delete", "pod", "-n", namespace, pod?.metadata?.name ?? "");
                }
                await restore();
            }
        });
    }
});
