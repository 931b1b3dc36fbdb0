import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";

const project = join(__dirname, "..", "..", "..");

/** The phrases that the project avoids, in lower case. This file alone has them. */
const phrases = [
    /\b(?:can't|cannot|can not) be had\b/g,
    /\banew\b/g,
    /\bwhoever\b/g,
    /\bfurnish/g,
    /\bthere shall be\b/g,
    /\bis its work\b/g,
];

/** A doc comment, on one line or more, that doesn't open with a noun or a verb. */
const opening = /\/\*\*(?:\s*\*)?\s+(?:what|how|whether)\b/g;

/** Finds the avoided language in a text, each as the words around it; line breaks and comment marks count as spaces. */
function avoidedIn(text: string): string[] {
    const words = text.toLowerCase();
    const flowing = words.replaceAll(/\s*\n\s*(?:(?:\*(?!\/)|\/\/|#)\s*)?/g, " ");
    const found = phrases.flatMap((phrase) => [...flowing.matchAll(phrase)]);
    return [
        ...found.map(({ index }) => flowing.slice(Math.max(0, index - 20), index + 30)),
        ...[...words.matchAll(opening)].map(({ index }) => words.slice(index, index + 50)),
    ];
}

describe("the language of code and docs", () => {
    it("has no phrase that the project avoids, and no doc comment that opens with What, How or Whether", () => {
        const patterns = ["*.ts", "*.mjs", "*.md", "*.yaml", "*.yml"];
        const listed = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
            "--",
        ];
        const files = execFileSync("git", [...listed, ...patterns], { cwd: project, encoding: "utf8" })
            .split("\0")
            .filter((file) => file !== "" && existsSync(join(project, file)))
            .filter((file) => basename(file) !== basename(__filename));
        expect(files).to.have.length.above(300);
        const avoided = files.flatMap((file) =>
            avoidedIn(readFileSync(join(project, file), "utf8")).map((text) => `${file}: ${text}`),
        );
        expect(avoided).to.deep.equal([]);
    });

    it("is found wanting in each form of an avoided opening or phrase", () => {
        for (const text of [
            "/** What it is. */",
            "/**\n * Whether it is so.\n */",
            "    /** How long it takes, in ms. */",
            "// An image that can't\n// be had.",
            "Whoever reads this",
            "/**\n * A cluster made\n * anew.\n */",
        ]) {
            expect(avoidedIn(text), text).to.have.length(1);
        }
    });

    it("may ask what, how and whether elsewhere", () => {
        expect(
            avoidedIn("/** Tells what it is,\n * how and whether. */\n// What follows is code."),
        ).to.deep.equal([]);
    });
});
