import { expect } from "chai";
import { ratioOf, spreadOf } from "../../../bench/statistics";

describe("figures of the benchmark", () => {
    it("are a median with the least and the most", () => {
        expect(spreadOf([3, 1, 2])).to.deep.equal({ median: 2, min: 1, max: 3 });
        expect(spreadOf([10, 4, 2, 3])).to.deep.equal({ median: 3.5, min: 2, max: 10 });
    });

    it("compare each turn with itself, so that a busy while distorts both sides alike", () => {
        expect(ratioOf([1, 10, 2], [2, 20, 4])).to.deep.equal({ median: 0.5, min: 0.5, max: 0.5 });
    });

    it("are refused where sides were measured unequally often, or not at all", () => {
        expect(() => ratioOf([1, 2], [1])).to.throw(RangeError);
        expect(() => spreadOf([])).to.throw(RangeError);
    });
});
