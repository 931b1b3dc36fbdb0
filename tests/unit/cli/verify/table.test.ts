import { expect } from "chai";
import { explainRows } from "../../../../cli/verify/explain-rows.ts";
import { junitReport } from "../../../../cli/verify/junit.ts";
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

const failed = row({ verdict: "fail", observed: "no answer", why: "a policy is missing" });
const untold = row({ from: "client", verdict: "untold", expected: "blocked" });
const notEnforced = row({ from: "redis", verdict: "not enforced", expected: "blocked" });

describe("the rows of verify", () => {
    it("are one table with the time of each, and end with their number", () => {
        const text = describeRows([row({}), notEnforced]);
        expect(text).to.match(/✔ +server +mysql +TCP 3306 +connects +connects +1\.\d s/);
        expect(text).to.include("connects: not enforced here");
        expect(text).to.include("1 as expected, 1 not enforced here.");
    });

    it("that have one cause have it once, with how many denials prove nothing meanwhile", () => {
        const tiers = new Map([["mysql", "mysql is scaled to 0 pods\n→ npm run up"]]);
        const text = describeRows(explainRows([failed, untold, row({})], { tiers, ingress: undefined }));
        expect(text.match(/mysql is scaled to 0 pods/g)).to.have.length(1);
        expect(text).to.include("✖ Reachability: server → mysql, TCP 3306");
        expect(text).to.include("? 1 row that proves nothing meanwhile");
        expect(text).to.include("1 as expected, 1 not, 1 could not be told.");
    });

    it("keep their own explanation where nothing is wrong with the tiers", () => {
        const none = { tiers: new Map<string, string>(), ingress: "no controller" };
        expect(explainRows([failed], none)[0]?.why).to.equal("a policy is missing");
        const outside = row({ group: "HTTP", from: "outside", verdict: "fail" });
        expect(explainRows([outside], none)[0]?.why).to.equal("no controller");
    });

    it("are a JUnit report in which not enforced is skipped, and what can't be told has failed", () => {
        const report = junitReport([row({ what: 'a "<b>" & c' }), failed, untold, notEnforced]);
        expect(report).to.include('<testsuite name="Reachability" tests="4" failures="2" skipped="1">');
        expect(report).to.include("a &quot;&lt;b&gt;&quot; &amp; c");
        expect(report).to.include("a policy is missing</failure>");
        expect(report).to.include("<skipped message=");
    });
});
