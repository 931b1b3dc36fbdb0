import { expect } from "chai";
import type { Attempt } from "../../../../cli/verify/probe-scripts.ts";
import { judgePair, type PairRound } from "../../../../cli/verify/reachability-verdict.ts";

function attempt(outcome: Attempt["outcome"]): Attempt {
    return { outcome, milliseconds: 1 };
}

const open = attempt("open");
const silent = attempt("no answer");

/** A round in a cluster that enforces policies, where all is well. */
const round: PairRound = { attempt: silent, sourceAlive: true, control: open, isolated: silent };

function judge(mayConnect: boolean, change: Partial<PairRound>, sourceRuns = true) {
    const rounds = [{ ...round, ...change }];
    return judgePair("server", "mysql", { mayConnect, sourceRuns, rounds }, "npm run up -- --refresh");
}

describe("a pair of the matrix", () => {
    it("passes when the declared one connects and the other does not", () => {
        expect(judge(true, { attempt: open }).verdict).to.equal("pass");
        expect(judge(false, {}).verdict).to.equal("pass");
        expect(judge(false, { attempt: attempt("refused") }).verdict).to.equal("pass");
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
        expect(why).to.include("is not declared");
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
