import { expect } from "chai";
import { firstFew, oneLine, truncate } from "../../../../cli/terminal/text.ts";

describe("a text for the terminal", () => {
    it("is cut to the characters that there is room for, the ellipsis among them", () => {
        expect(truncate("12345", 5)).to.equal("12345");
        expect(truncate("123456", 5)).to.equal("1234…");
    });

    it("is put on one line before it is cut", () => {
        expect(oneLine("  one\n  two\tthree\n", 20)).to.equal("one two three");
        expect(oneLine("one\ntwo\nthree", 8)).to.equal("one two…");
    });

    it("lists so many names, and counts the rest", () => {
        expect(firstFew(["a", "b"], 2)).to.equal("a, b");
        expect(firstFew(["a", "b", "c", "d"], 2)).to.equal("a, b and 2 more");
        expect(firstFew([], 2)).to.equal("");
    });
});
