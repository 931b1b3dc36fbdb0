import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { applicationImage, applicationSources, ApplicationTier } from "../../../settings/application-images";

const tiers: readonly ApplicationTier[] = ["client", "server", "worker"];

describe("the images of the sample application", () => {
    let folder: string;

    function write(path: string, text: string): void {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    }

    /** The tiers whose image another state of the sources changes. */
    function changedBy(change: () => void): ApplicationTier[] {
        const before = tiers.map((tier) => applicationImage(tier, folder));
        change();
        return tiers.filter((tier, index) => applicationImage(tier, folder) !== before[index]);
    }

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "application-"));
        for (const tier of [...tiers, "shared"]) {
            write(`${tier}/source/main.ts`, "main");
            write(`${tier}/Z.ts`, "Z");
            write(`${tier}/a.ts`, "a");
        }
        write("package.json", "{}");
        write("package-lock.json", "{}");
        write("build.ts", "build");
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("are named by tier, with a hash as their tag", () => {
        for (const tier of tiers) {
            expect(applicationImage(tier, folder)).to.match(
                new RegExp(`^localhost/multitier/${tier}:[0-9a-f]{12}$`),
            );
        }
    });

    it("are the same on every machine: the order of the sources is that of their characters", () => {
        expect(applicationSources("server", folder)).to.deep.equal([
            "build.ts",
            "package-lock.json",
            "package.json",
            "server/Z.ts",
            "server/a.ts",
            "server/source/main.ts",
            "shared/Z.ts",
            "shared/a.ts",
            "shared/source/main.ts",
        ]);
    });

    it("change with the tier's own sources only", () => {
        expect(
            changedBy(() => {
                write("server/source/main.ts", "other");
            }),
        ).to.deep.equal(["server"]);
        expect(
            changedBy(() => {
                write("client/source/new.ts", "");
            }),
        ).to.deep.equal(["client"]);
        expect(
            changedBy(() => {
                rmSync(join(folder, "worker/a.ts"));
            }),
        ).to.deep.equal(["worker"]);
        expect(
            changedBy(() => {
                renameSync(join(folder, "worker/Z.ts"), join(folder, "worker/y.ts"));
            }),
        ).to.deep.equal(["worker"]);
    });

    it("change together where they share sources", () => {
        expect(
            changedBy(() => {
                write("shared/a.ts", "other");
            }),
        ).to.deep.equal(["server", "worker"]);
        expect(
            changedBy(() => {
                write("package-lock.json", "[]");
            }),
        ).to.deep.equal(tiers);
        expect(
            changedBy(() => {
                write("build.ts", "other");
            }),
        ).to.deep.equal(tiers);
    });

    it("don't change with results, installed packages, tests and texts beside the sources", () => {
        const change = () => {
            write("server/dist/main.js", "built");
            write("client/node_modules/x/index.js", "installed");
            write("node_modules/x/index.js", "installed");
            write("worker/source/main.test.ts", "test");
            write("worker/tests/x.ts", "test");
            write("tests/x.ts", "test");
            write("README.md", "text");
        };
        expect(changedBy(change)).to.deep.equal([]);
    });

    it("change when text moves from one file into the next", () => {
        write("client/a.ts", "xy");
        write("client/b.ts", "z");
        const change = () => {
            write("client/a.ts", "x");
            write("client/b.ts", "yz");
        };
        expect(changedBy(change)).to.deep.equal(["client"]);
    });

    it("are found for the project's own application", () => {
        expect(new Set(tiers.map((tier) => applicationImage(tier).replace(/^.*:/, ""))).size).to.equal(3);
    });
});
