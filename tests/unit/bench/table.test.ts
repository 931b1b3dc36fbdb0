import { expect } from "chai";
import { drawCurve } from "../../../bench/curve";
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
            curve: [],
            offline: [],
        });
        expect(table).to.contain("| ≤ 0.5 | 0.40 (0.30–0.60) | 5 | 0.3 |");
        expect(table).to.contain("| ≤ 0.5 | ✖ 0.60 (0.40–0.70) | 5 | 0.3 |");
        expect(table.match(/2 cores \(Example\)/g)).to.have.length(1);
    });
});

describe("the curve of larger systems", () => {
    it("has a point for each size, within the image", () => {
        const image = drawCurve([
            { tiers: 0, resources: 60, median: 1.5, min: 1.2, max: 2 },
            { tiers: 200, resources: 1060, median: 9, min: 8, max: 12 },
        ]);
        const points = [...image.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
        expect(points).to.have.length(2);
        for (const [, x, y] of points) {
            expect(Number(x)).to.be.within(0, 640);
            expect(Number(y)).to.be.within(0, 360);
        }
    });
});
