import { expect } from "chai";
import { judgeLookUps, type LookUps } from "../../../../cli/verify/dns-policies.ts";

/** The look-ups in a cluster that enforces policies, where all is well. */
const lookUps: LookUps = {
    sourceRuns: true,
    resolves: true,
    allowed: true,
    control: true,
    isolated: false,
};

function judge(change: Partial<LookUps>) {
    return judgeLookUps("server", { ...lookUps, ...change }, "npm run up -- --refresh");
}

describe("a tier that is to resolve names", () => {
    it("passes when the policies allow it and it does, and shows whether it could have failed", () => {
        expect(judge({})).to.deep.include({ verdict: "pass" });
        expect(judge({}).observed).to.equal("allowed, resolves; a pod that may send nothing does not");
        expect(judge({ isolated: true })).to.deep.include({ verdict: "pass" });
        expect(judge({ isolated: true }).observed).to.include("so does a pod that may send nothing");
    });

    it("fails when the policies deny it, even where nothing enforces them", () => {
        const denied = judge({ allowed: false, isolated: true });
        expect(denied.verdict).to.equal("fail");
        expect(denied.observed).to.equal("denied, resolves");
        expect(denied.why).to.include("npm run up -- --refresh").and.include("multitier:dns");
    });

    it("fails when it does not resolve, and blames the policies only if others do", () => {
        const alone = judge({ resolves: false });
        expect(alone.verdict).to.equal("fail");
        expect(alone.why).to.include("multitier:dns.cidrs");
        expect(judge({ resolves: false, control: false }).why).to.include("No pod resolves a name");
    });

    it("is judged by the look-up alone where the name server can't be told", () => {
        expect(judge({ allowed: undefined }).verdict).to.equal("pass");
        expect(judge({ allowed: undefined, resolves: false }).verdict).to.equal("fail");
    });

    it("is inconclusive without a pod, or where nothing can be run in it", () => {
        expect(judge({ sourceRuns: false }).observed).to.equal("no pod of server runs");
        expect(judge({ resolves: undefined }).verdict).to.equal("inconclusive");
    });
});
