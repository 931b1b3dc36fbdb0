import { expect } from "chai";
import fc from "fast-check";
import { isLess, parseQuantity } from "../../../components/quantity";

describe("Kubernetes quantities", () => {
    const equals: readonly (readonly [string, bigint])[] = [
        ["1", 1_000_000_000n],
        ["+1", 1_000_000_000n],
        ["-1", -1_000_000_000n],
        ["0", 0n],
        ["0.1", 100_000_000n],
        [".5", 500_000_000n],
        ["5.", 5_000_000_000n],
        ["100m", 100_000_000n],
        ["7u", 7_000n],
        ["7n", 7n],
        ["1k", 1_000_000_000_000n],
        ["1Ki", 1_024_000_000_000n],
        ["1.5Gi", 1_610_612_736_000_000_000n],
        ["1e3", 1_000_000_000_000n],
        ["1E3", 1_000_000_000_000n],
        ["12e-1", 1_200_000_000n],
        ["1E", 10n ** 27n],
        ["0.0000000001", 1n],
    ];
    for (const [text, billionths] of equals) {
        it(`reads ${text} exactly`, () => {
            expect(parseQuantity(text)).to.equal(billionths);
        });
    }

    const refused = [
        "",
        ".",
        "-",
        "m",
        "Gi",
        "1 Gi",
        "1gi",
        "1K",
        "1KiB",
        "1e",
        "0x10",
        "1_000",
        "NaN",
        "1,5",
        "8Ei",
        "1e99",
    ];
    for (const text of [...refused, "1e9999999999", "9".repeat(1_000_000)]) {
        it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
            expect(parseQuantity(text)).to.equal(undefined);
        });
    }

    it("never takes a text that is no quantity for the smaller one", () => {
        expect(isLess("lots", "1Gi")).to.equal(false);
        expect(isLess("1Gi", "lots")).to.equal(false);
    });

    it("compares across suffixes like the numbers themselves", () => {
        const suffixes = [
            ["", 1_000n],
            ["m", 1n],
            ["k", 1_000_000n],
            ["Ki", 1_024_000n],
            ["Mi", 1_048_576_000n],
            ["e3", 1_000_000n],
        ] as const;
        const quantity = fc.tuple(fc.nat(1_000_000), fc.constantFrom(...suffixes));
        fc.assert(
            fc.property(
                quantity,
                quantity,
                ([left, [leftSuffix, leftScale]], [right, [rightSuffix, rightScale]]) => {
                    const expected = BigInt(left) * leftScale < BigInt(right) * rightScale;
                    expect(isLess(`${left}${leftSuffix}`, `${right}${rightSuffix}`)).to.equal(expected);
                },
            ),
        );
    });

    it("answers every text with a number or with nothing", () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.0-9eEimkKMG]{0,80}$/)), (text) => {
                expect(parseQuantity(text)).to.satisfy(
                    (value: unknown) => value === undefined || typeof value === "bigint",
                );
            }),
        );
    });
});
