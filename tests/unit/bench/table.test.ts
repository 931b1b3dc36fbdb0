import { expect } from "chai";
import { describeResults } from "../../../bench/table";

const machine = { cores: 2, processor: "Example", memoryGib: 24, platform: "linux x64", node: "20.20.2" };
const row = { title: "this / that", target: 0.5, parts: [], turns: 5, load: 0.3, machine };

describe("the table of the benchmark", () => {
    it("has each ratio beside its target, and marks one that is missed", () => {
        const table = describeResults({
            rows: [
                { ...row, id: "met", ratio: { median: 0.4, min: 0.3, max: 0.6 } },
                { ...row, id: "missed", ratio: { median: 0.6, min: 0.4, max: 0.7 } },
            ],
            offline: [],
        });
        expect(table).to.contain("| ≤ 0.5 | 0.40 (0.30–0.60) | 5 | 0.3 |");
        expect(table).to.contain("| ≤ 0.5 | ✖ 0.60 (0.40–0.70) | 5 | 0.3 |");
        expect(table.match(/2 cores \(Example\)/g)).to.have.length(1);
    });
});
