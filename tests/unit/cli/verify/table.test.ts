import { expect } from "chai";
import type { Problem } from "../../../../cli/explain/explain.ts";
import { explainRows } from "../../../../cli/verify/explain-rows.ts";
import type { Row } from "../../../../cli/verify/row.ts";
import { describeRows } from "../../../../cli/verify/table.ts";

function row(change: Partial<Row>): Row {
    return {
        group: "Reachability",
        from: "server",
        to: "mysql",
        what: "TCP 3306",
        expected: "connects",
        observed: "connects",
        seconds: 1.25,
        verdict: "pass",
        ...change,
    };
}

function problem(description: string): Problem {
    return { cause: "", remedy: "", description };
}

const failed = row({ verdict: "fail", observed: "no answer", why: "a policy is missing" });
const inconclusive = row({ from: "client", verdict: "inconclusive", expected: "blocked" });
const notEnforced = row({ from: "redis", verdict: "not enforced", expected: "blocked" });

describe("the rows of verify", () => {
    it("are one table with the time of each, and end with their number", () => {
        const text = describeRows([row({}), notEnforced]);
        expect(text).to.match(/✔ +server +mysql +TCP 3306 +connects +connects +1\.\d s/);
        expect(text).to.include("connects: not enforced here");
        expect(text).to.include("1 as expected, 1 not enforced here.");
    });

    it("that the user has no right to try are told with the reason, once", () => {
        const untried = row({ verdict: "not tried", observed: "not tried", why: "You may not." });
        const text = describeRows([row({}), untried, untried]);
        expect(text).to.match(/· +server +mysql/);
        expect(text).to.include("1 as expected, 2 not tried.");
        expect(text.match(/You may not\./g)).to.have.length(1);
    });

    it("that have one cause have it once, with the number of denials that prove nothing meanwhile", () => {
        const tiers = new Map([["mysql", problem("mysql is scaled to 0 pods\n→ npm run up")]]);
        const text = describeRows(
            explainRows([failed, inconclusive, row({})], { tiers, ingress: undefined }),
        );
        expect(text.match(/mysql is scaled to 0 pods/g)).to.have.length(1);
        expect(text).to.include("✖ Reachability: server → mysql, TCP 3306");
        expect(text).to.include("? 1 inconclusive row");
        expect(text).to.include("1 as expected, 1 not, 1 inconclusive.");
    });

    it("keep their own explanation where nothing is wrong with the tiers", () => {
        const none = { tiers: new Map<string, Problem>(), ingress: problem("no controller") };
        expect(explainRows([failed], none)[0]?.why).to.equal("a policy is missing");
        const policies = row({ group: "Policies", to: "all tiers", verdict: "fail", why: "one is missing" });
        const stopped = { tiers: new Map([["server", problem("stopped")]]), ingress: undefined };
        expect(explainRows([policies], stopped)[0]?.why).to.equal("one is missing");
        const outside = row({ group: "HTTP", from: "outside", verdict: "fail" });
        expect(explainRows([outside], none)[0]?.why).to.equal("no controller");
    });
});
