import { expect } from "chai";
import { parse } from "yaml";
import { carryBack, copyStackFile } from "../../../cli/session/stack-folder.ts";

const original =
    "# The kind stack\nconfig:\n  multitier:context: kind-multitier # ours\n  multitier:host: localhost\n";

describe("the copy of a stack's file outside the checkout", () => {
    it("says what the checkout says", () => {
        expect(parse(copyStackFile(original, undefined, {}))).to.deep.equal(parse(original));
    });

    it("keeps the salt that Pulumi wrote into the former copy", () => {
        const copy = copyStackFile(original, "encryptionsalt: v1:abc\nconfig:\n  multitier:host: old\n", {});
        expect(parse(copy)).to.deep.equal({
            encryptionsalt: "v1:abc",
            config: { "multitier:context": "kind-multitier", "multitier:host": "localhost" },
        });
    });

    it("has no salt of the checkout's, which another passphrase made", () => {
        expect(copyStackFile(`encryptionsalt: v1:theirs\n${original}`, undefined, {})).not.to.contain(
            "theirs",
        );
    });

    it("says what the command line says about the cluster", () => {
        const copy = copyStackFile(original, undefined, { "multitier:context": "staging" });
        expect(parse(copy)).to.deep.nested.include({ "config.multitier:context": "staging" });
    });

    it("can be made of an empty file, or one without config", () => {
        for (const text of ["", "# nothing yet\n", "config:\n", "{}"]) {
            expect(
                parse(copyStackFile(text, "encryptionsalt: v1:abc\n", { "multitier:context": "x" })),
            ).to.deep.equal({
                config: { "multitier:context": "x" },
                encryptionsalt: "v1:abc",
            });
        }
    });
});

describe("what a command such as `config set` changes", () => {
    const config = { "multitier:context": "staging" };
    const before = copyStackFile(original, "encryptionsalt: v1:abc\n", config);

    it("is nothing when the copy stayed as it was, or only got its salt", () => {
        expect(carryBack(original, before, before)).to.equal(undefined);
        const unsalted = copyStackFile(original, undefined, config);
        expect(carryBack(original, unsalted, before)).to.equal(undefined);
    });

    it("goes into the checkout's file, with its comments, without the salt or the command line's cluster", () => {
        const after = before.replace("multitier:host: localhost", "multitier:host: shop.example.com");
        const changed = carryBack(original, before, after);
        expect(changed).to.contain("# The kind stack").and.not.contain("salt");
        expect(parse(changed ?? "")).to.deep.equal({
            config: { "multitier:context": "kind-multitier", "multitier:host": "shop.example.com" },
        });
    });

    it("may be a value that is gone, and one beside the config", () => {
        const after = `environment: [team]\n${before.replace("  multitier:host: localhost\n", "")}`;
        expect(parse(carryBack(original, before, after) ?? "")).to.deep.equal({
            environment: ["team"],
            config: { "multitier:context": "kind-multitier" },
        });
    });

    it("may be a setting that the command line said, too", () => {
        const after = before.replace("multitier:context: staging", "multitier:context: production");
        const changed = carryBack(original, before, after);
        expect(changed).to.contain("multitier:context: production");
    });
});
