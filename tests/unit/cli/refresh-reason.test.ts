import { expect } from "chai";
import { whyRefresh } from "../../../cli/session/refresh-reason.ts";

const calm = { asked: false, another: false, unfinished: false, missing: [] };

describe("the state is compared with the cluster before an update", () => {
    it("not where nothing speaks for it, since it takes its time", () => {
        expect(whyRefresh(calm)).to.equal(undefined);
    });

    it("when the last one was interrupted or killed: what it changed may not be in the state", () => {
        expect(whyRefresh({ ...calm, unfinished: true })).to.contain("didn't end well");
    });

    it("when the cluster was created again", () => {
        expect(whyRefresh({ ...calm, another: true, missing: ["Namespace shop"] })).to.contain(
            "created again",
        );
    });

    it("when somebody deleted objects, of which it names one", () => {
        expect(whyRefresh({ ...calm, missing: ["Service shop/mysql"] })).to.equal(
            "Service shop/mysql is gone from it",
        );
        expect(whyRefresh({ ...calm, missing: ["A", "B", "C"] })).to.equal("A and 2 more are gone from it");
    });

    it("when the person asks for it", () => {
        expect(whyRefresh({ ...calm, asked: true })).to.be.a("string");
    });
});
