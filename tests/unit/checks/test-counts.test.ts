import { expect } from "chai";
import { closingLine, countTests, countWhole, readTestCounts } from "../../checks/test-counts.ts";

describe("the counts of npm test", () => {
    it("are read from mocha's summary", () => {
        expect(readTestCounts("  ✔ it works\n\n  12 passing (3s)\n")).to.deep.equal({
            passed: 12,
            failed: 0,
        });
        expect(
            readTestCounts("\n  12 passing (3s)\n  1 pending\n  2 failing\n\n  1) 3 passing\n"),
        ).to.deep.equal({
            passed: 12,
            failed: 2,
        });
    });

    it("are read from both summaries of Node's test runner", () => {
        expect(readTestCounts("# tests 5\n# pass 4\n# fail 1\n")).to.deep.equal({ passed: 4, failed: 1 });
        expect(readTestCounts("ℹ tests 5\nℹ pass 5\nℹ fail 0\n")).to.deep.equal({ passed: 5, failed: 0 });
    });

    it("are none where there is no summary", () => {
        expect(readTestCounts("Error: Cannot find module")).to.equal(undefined);
    });

    it("have at least one failure where the runner failed, whatever it says", () => {
        expect(countTests(1, "  4 passing (1s)")).to.deep.equal({ passed: 4, failed: 1 });
        expect(countTests(undefined, "")).to.deep.equal({ passed: 0, failed: 1 });
        expect(countTests(3, "  4 passing (1s)\n  3 failing\n")).to.deep.equal({ passed: 4, failed: 3 });
    });

    it("have a failure where no test ran", () => {
        expect(countTests(0, "  0 passing (1ms)\n")).to.deep.equal({ passed: 0, failed: 1 });
        expect(countTests(0, "")).to.deep.equal({ passed: 0, failed: 1 });
    });

    it("are one for what has no tests of its own", () => {
        expect(countWhole(0)).to.deep.equal({ passed: 1, failed: 0 });
        expect(countWhole(2)).to.deep.equal({ passed: 0, failed: 1 });
        expect(countWhole(undefined)).to.deep.equal({ passed: 0, failed: 1 });
    });

    it("are added up in the closing line", () => {
        expect(
            closingLine([
                { passed: 4, failed: 1 },
                { passed: 1, failed: 0 },
            ]),
        ).to.equal("5 passed, 1 failed");
    });
});
