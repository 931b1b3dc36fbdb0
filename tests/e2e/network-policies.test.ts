import { expect } from "chai";

import { enforceNetworkPolicies, stopEnforcing } from "../machines/registries/network-policies.ts";
import { kubectl, namespace } from "./live-cluster.ts";
import { requireApplication, workspace } from "./suite.ts";
import { verify, type Rows } from "./verify-rows.ts";

/** The stack's policy of this name, without the hash behind it. */
async function policy(name: string): Promise<string> {
    const all = (await kubectl("get", "networkpolicies", "-n", namespace, "-o", "name")).split("\n");
    const found = all.filter((each) => new RegExp(`/${name}-policy-[0-9a-f]+$`).test(each));
    expect(found, `the policies called ${name}`).to.have.length(1);
    return found.join("");
}

/** Changes the policy of a tier by a JSON patch. */
async function patch(name: string, ...operations: object[]): Promise<void> {
    const args = ["--type=json", "--patch", JSON.stringify(operations)];
    await kubectl("patch", "-n", namespace, await policy(name), ...args);
}

/** The rows that fail, each as "group: from → to: observed". */
function failures(rows: Rows): string[] {
    return rows
        .filter(({ verdict }) => verdict === "fail")
        .map(({ group, from, to, observed }) => `${group}: ${from} → ${to}: ${observed}`);
}

/** Somebody's change to the policies in the cluster, and the row of verify that has to fail for it. */
interface Mutation {
    readonly title: string;
    readonly change: () => Promise<unknown>;
    /** The policies that are made again afterwards: `up --refresh` does not see what another manager has added to one. */
    readonly changed: readonly string[];
    readonly failure: RegExp;
}

const mutations: readonly Mutation[] = [
    {
        title: "the policy of an allowed connection is missing",
        change: async () => kubectl("delete", "-n", namespace, await policy("server-to-mysql")),
        changed: [],
        failure: /^Reachability: server → mysql: (?!connects)/,
    },
    {
        title: "a connection that nobody declared is allowed",
        change: async () => {
            const anywhere = [{ podSelector: {} }];
            await patch("redis", { op: "add", path: "/spec/ingress", value: [{ from: anywhere }] });
            await patch("client", { op: "add", path: "/spec/egress/-", value: { to: anywhere } });
        },
        changed: ["redis", "client"],
        failure: /^Reachability: client → redis: connects/,
    },
    {
        title: "a tier may no longer ask the cluster's DNS",
        change: async () => patch("server", { op: "remove", path: "/spec/egress/0" }),
        changed: ["server"],
        failure: /^DNS: server → the cluster's DNS: denied, no answer/,
    },
];

describe("npm run verify where NetworkPolicies are enforced", () => {
    before(async function () {
        // The engine may have to be built first.
        this.timeout(1_200_000);
        requireApplication();
        await enforceNetworkPolicies();
    });
    after(() => stopEnforcing());

    it("finds every row as expected, and none that is not enforced", async () => {
        const rows = await verify(0, "--require-network-policy");
        expect(rows.filter(({ verdict }) => verdict !== "pass")).to.deep.equal([]);
    });

    for (const { title, change, changed, failure } of mutations) {
        it(`fails on the right row where ${title}`, async () => {
            await change();
            try {
                const rows = await verify(1, "--require-network-policy");
                expect(failures(rows).filter((row) => failure.test(row))).to.not.deep.equal(
                    [],
                    failures(rows).join("\n"),
                );
            } finally {
                for (const name of changed) {
                    await kubectl("delete", "-n", namespace, await policy(name));
                }
                await workspace().up(["--refresh"]);
            }
        });
    }
});
