import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

    it("don't change with what editors and systems leave beside the sources", () => {
        const change = () => {
            write("server/.a.ts.swp", "vim");
            write("server/a.ts~", "a backup");
            write("server/#a.ts#", "emacs");
            symlinkSync("me@machine.1234:1700000000", join(folder, "server/.#a.ts"));
            write("client/.DS_Store", "macOS");
            write("shared/x.log", "log");
        };
        expect(changedBy(change)).to.deep.equal([]);
    });

    it("change with a file whose name begins with a dot: it can decide what is in the image", () => {
        expect(
            changedBy(() => {
                write("server/.dockerignore", "*");
            }),
        ).to.deep.equal(["server"]);
    });

    it("follow a link to a file or a folder, as the build does, and pass over one that leads nowhere", () => {
        write("elsewhere/deep/b.ts", "b");
        symlinkSync("../elsewhere/deep", join(folder, "client/linked"));
        symlinkSync("../elsewhere/deep/b.ts", join(folder, "server/b.ts"));
        symlinkSync("../nowhere", join(folder, "worker/nowhere"));
        expect(applicationSources("client", folder)).to.include("client/linked/b.ts");
        expect(
            changedBy(() => {
                write("elsewhere/deep/b.ts", "other");
            }),
        ).to.deep.equal(["client", "server"]);
    });

    it("end where links lead in a circle", () => {
        symlinkSync("..", join(folder, "client/source/up"));
        symlinkSync("../server", join(folder, "shared/server"));
        symlinkSync("../shared", join(folder, "server/shared"));
        expect(applicationSources("client", folder)).to.not.include("client/source/up/a.ts");
        expect(applicationSources("server", folder))
            .to.include("server/shared/a.ts")
            .and.not.include("server/shared/server/a.ts");
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

    it("change when a file takes the next one in, its name included", () => {
        write("client/a.ts", "x");
        write("client/b.ts", "y");
        const change = () => {
            rmSync(join(folder, "client/b.ts"));
            write("client/a.ts", "xclient/b.ts\0y");
        };
        expect(changedBy(change)).to.deep.equal(["client"]);
    });

    describe("in a checkout", () => {
        let checkout: string;
        let application: string;

        function git(...args: string[]): void {
            const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
            execFileSync("git", ["-C", checkout, ...identity, ...args], { stdio: "ignore" });
        }

        beforeEach(() => {
            checkout = mkdtempSync(join(tmpdir(), "checkout-"));
            application = join(checkout, "app");
            cpSync(folder, application, { recursive: true });
            writeFileSync(join(checkout, ".gitignore"), "*.local\nscratch/\n/inner/app/*/a.ts\n");
            writeFileSync(join(application, "server/tracked.local"), "added in spite of the rule");
            git("init", "--quiet");
            git("add", "--all", "--force");
            git("commit", "--quiet", "--message", "all");
        });
        afterEach(() => {
            rmSync(checkout, { recursive: true });
        });

        it("don't change with a file that git ignores, but with one that it would add", () => {
            const before = applicationImage("server", application);
            writeFileSync(join(application, "server/notes.local"), "ignored");
            mkdirSync(join(application, "server/scratch"));
            writeFileSync(join(application, "server/scratch/x.ts"), "ignored");
            expect(applicationImage("server", application)).to.equal(before);
            writeFileSync(join(application, "server/new.ts"), "untracked");
            expect(applicationImage("server", application)).to.not.equal(before);
        });

        it("change with a file that git tracks though a rule ignores it, and when it is removed", () => {
            const before = applicationImage("server", application);
            writeFileSync(join(application, "server/tracked.local"), "other");
            const changed = applicationImage("server", application);
            rmSync(join(application, "server/tracked.local"));
            expect(new Set([before, changed, applicationImage("server", application)]).size).to.equal(3);
        });

        it("are the same in an exported revision, which is no checkout", () => {
            writeFileSync(join(application, "server/notes.local"), "ignored");
            const exported = join(folder, "exported");
            git("checkout-index", "--all", `--prefix=${exported}/`);
            for (const tier of tiers) {
                expect(applicationImage(tier, join(exported, "app"))).to.equal(
                    applicationImage(tier, application),
                );
            }
        });

        it("are judged by the checkout's own repository, not by one around it", () => {
            const inner = join(checkout, "inner");
            cpSync(application, join(inner, "app"), { recursive: true });
            for (const tier of tiers) {
                expect(applicationImage(tier, join(inner, "app"))).to.equal(
                    applicationImage(tier, application),
                );
            }
        });
    });

    it("are found for the project's own application", () => {
        expect(new Set(tiers.map((tier) => applicationImage(tier).replace(/^.*:/, ""))).size).to.equal(3);
    });
});
