import { expect } from "chai";
import { describeResults } from "../../../bench/table";
import { parseTestDurations } from "../../checks/durations";

const machine = { cores: 2, processor: "Example", memoryGib: 24, platform: "linux x64", node: "20.20.2" };
const row = { title: "this / that", target: 0.5, parts: [], turns: 5, load: 0.3, machine };

describe("the table of the benchmark", () => {
    it("has each ratio beside its target, and marks one that is missed", () => {
        const table = describeResults({
            rows: [
                { ...row, id: "met", figure: { median: 0.4, min: 0.3, max: 0.6 } },
                { ...row, id: "missed", figure: { median: 0.6, min: 0.4, max: 0.7 } },
            ],
            offline: [],
            tests: [],
        });
        expect(table).to.contain("| ≤ 0.5 | 0.40 (0.30–0.60) | 5 | 0.3 |");
        expect(table).to.contain("| ≤ 0.5 | ✖ 0.60 (0.40–0.70) | 5 | 0.3 |");
        expect(table.match(/2 cores \(Example\)/g)).to.have.length(1);
    });

    it("has the unit of a figure that is no ratio, and of its target", () => {
        const slow = { ...row, id: "slow", target: 45, unit: "s" as const };
        const table = describeResults({
            rows: [{ ...slow, figure: { median: 51, min: 48, max: 60 } }],
            offline: [],
            tests: [],
        });
        expect(table).to.contain("| ≤ 45 s | ✖ 51.0 (48.0–60.0) s | 5 | 0.3 |");
    });

    it("has the minutes of each part of the tests", () => {
        const tests = [{ name: "docker: three-nodes", seconds: 287, day: "2026-11-26" }];
        const table = describeResults({ rows: [], offline: [], tests });
        expect(table).to.contain("| docker: three-nodes | 4.8 min | 2026-11-26 |");
    });
});

describe("the times of the tests", () => {
    it("are the latest of each part, without a line that a kill has cut off", () => {
        const lines = [
            "npm test\t90\t2026-11-25",
            "docker: x\t300\t2026-11-25",
            "npm test\t80\t2026-11-26",
            "docker",
        ];
        expect(parseTestDurations(lines.join("\n"))).to.deep.equal([
            { name: "npm test", seconds: 80, day: "2026-11-26" },
            { name: "docker: x", seconds: 300, day: "2026-11-25" },
        ]);
    });
});
