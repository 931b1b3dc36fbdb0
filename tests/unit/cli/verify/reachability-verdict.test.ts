import { expect } from "chai";
import { isFinal, judgePair, type Pair } from "../../../../cli/verify/reachability-verdict.ts";

const open = "open";
const silent = "no answer";

/** A pair in a cluster that enforces policies, where all is well. */
const pair: Pair = {
    mayConnect: false,
    sourceRuns: true,
    attempt: silent,
    sourceAlive: true,
    control: open,
    isolated: silent,
};

function judge(mayConnect: boolean, change: Partial<Pair>, sourceRuns = true) {
    return judgePair(
        "server",
        "mysql",
        { ...pair, mayConnect, sourceRuns, ...change },
        "npm run up -- --refresh",
    );
}

describe("a pair of the matrix", () => {
    it("passes when the declared one connects and the other does not", () => {
        expect(judge(true, { attempt: open }).verdict).to.equal("pass");
        expect(judge(false, {}).verdict).to.equal("pass");
        expect(judge(false, { attempt: "refused" }).verdict).to.equal("pass");
    });

    it("fails when a declared one does not connect, and blames the policy only if others get through", () => {
        const alone = judge(true, {});
        expect(alone.verdict).to.equal("fail");
        expect(alone.why).to.include("a NetworkPolicy that lets server out or in to mysql is missing");
        expect(judge(true, { control: silent }).why).to.include(
            "it is not the connection from server but mysql itself",
        );
    });

    it("fails when one connects that nobody declared", () => {
        const { verdict, why } = judge(false, { attempt: open });
        expect(verdict).to.equal("fail");
        expect(why).to.include("is not declared").and.include("this sets it back: npm run up");
    });

    it("is not enforced where even a pod that may send nothing connects", () => {
        expect(judge(false, { attempt: open, isolated: open }).verdict).to.equal("not enforced");
    });

    it("proves nothing by a denial when nobody gets through", () => {
        expect(judge(false, { control: silent }).verdict).to.equal("inconclusive");
    });

    it("proves nothing by a denial when nothing works at the source", () => {
        expect(judge(false, { sourceAlive: false }).verdict).to.equal("inconclusive");
        expect(judge(false, { attempt: undefined }).verdict).to.equal("inconclusive");
        expect(judge(true, {}, false)).to.include({
            verdict: "inconclusive",
            observed: "no pod of server runs",
        });
    });
});

describe("a round of the matrix", () => {
    const declared = judge(true, { attempt: open });
    const denied = judge(false, {});
    const notEnforced = judge(false, { attempt: open, isolated: open });
    const dns = { expected: "allowed, resolves", verdict: "pass" } as const;

    it("is final when all is as declared", () => {
        expect(isFinal([declared, denied, dns])).to.equal(true);
    });

    it("is final when no policy is enforced at all", () => {
        expect(isFinal([declared, notEnforced, notEnforced, dns])).to.equal(true);
    });

    it("is not when one connects and another doesn't: the probe pods' policies take effect with a lag", () => {
        expect(isFinal([declared, denied, notEnforced, dns])).to.equal(false);
    });

    for (const [what, row] of Object.entries({
        "a declared one does not connect": judge(true, {}),
        "one connects that nobody declared": judge(false, { attempt: open }),
        "a denial proves nothing": judge(false, { control: silent }),
        "a tier resolves nothing": { ...dns, verdict: "fail" as const },
    })) {
        it(`is not when ${what}`, () => {
            expect(isFinal([declared, denied, row])).to.equal(false);
            expect(isFinal([declared, notEnforced, row])).to.equal(false);
        });
    }
});
