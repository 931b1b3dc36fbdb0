import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { gitFailure, withRevision } from "../../../cli/preview/revision.ts";

describe("a revision to compare with", () => {
    it("is a folder that is gone after its use, and after a failure of that", async () => {
        const folders: string[] = [];
        const use = async (fails: boolean): Promise<void> => {
            await withRevision("HEAD", "without packages", ({ folder }) => {
                folders.push(dirname(folder));
                expect(existsSync(join(folder, "index.ts"))).to.equal(true);
                return fails ? Promise.reject(new Error("no rendering")) : Promise.resolve();
            });
        };
        await use(false);
        expect(await use(true).catch(String)).to.include("no rendering");
        expect(folders).to.have.length(2);
        expect(folders.filter((folder) => existsSync(folder))).to.deep.equal([]);
    });

    describe("of a project", () => {
        let repository: string;
        const git = (...args: string[]): string =>
            execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
                cwd: repository,
                encoding: "utf8",
            });
        /** The files of a revision, but for the packages' link. */
        const files = async (reference: string, project: string): Promise<string[]> =>
            await withRevision(
                reference,
                "with packages",
                ({ folder }) =>
                    Promise.resolve(
                        readdirSync(folder, { recursive: true, encoding: "utf8" })
                            .filter((name) => name !== "node_modules")
                            .sort(),
                    ),
                project,
            );

        before(() => {
            repository = mkdtempSync(join(tmpdir(), "multitier-revision-"));
            git("init", "--quiet");
            for (const place of [repository, join(repository, "infra")]) {
                mkdirSync(join(place, "components"), { recursive: true });
                writeFileSync(join(place, "index.ts"), "");
                writeFileSync(join(place, "components", "tier.ts"), "");
            }
            git("add", "components", "index.ts");
            git("commit", "--quiet", "--message", "the project at the root");
            git("add", "infra");
            git("commit", "--quiet", "--message", "and in a subfolder");
        });

        after(() => {
            rmSync(repository, { recursive: true });
        });

        const project = ["components", join("components", "tier.ts"), "index.ts"];

        it("has all its files at the root of a repository", async () => {
            expect(await files("HEAD^1", repository)).to.deep.equal(project);
        });

        it("has its own files and no others in a subfolder", async () => {
            expect(await files("HEAD", join(repository, "infra"))).to.deep.equal(project);
        });

        it("is too old where the subfolder isn't there yet", async () => {
            const failure: unknown = await files("HEAD^1", join(repository, "infra")).catch(
                (error: unknown) => error,
            );
            expect(failure).to.have.property("message").that.includes("is too old to compare with");
        });
    });

    it("that isn't there is told as that", async () => {
        const failure: unknown = await withRevision("nope", "without packages", () =>
            Promise.resolve(),
        ).catch((error: unknown) => error);
        expect(failure).to.have.property("message").that.includes('There is no revision "nope"');
    });

    /** The failure of a real git in a folder. */
    const failureOf = (
        folder: string,
        environment: Readonly<Record<string, string>>,
        program = "git",
    ): unknown => {
        try {
            execFileSync(program, ["-C", folder, "rev-parse", "--verify", "--quiet", "HEAD"], {
                stdio: "pipe",
                env: { ...process.env, LC_ALL: "C", ...environment },
            });
        } catch (error) {
            return error;
        }
        throw new Error(`${program} has no objection to ${folder}`);
    };

    it("has another message for each reason that git has not to give it", () => {
        const folder = mkdtempSync(join(tmpdir(), "multitier-revision-"));
        try {
            const outside = failureOf(folder, { GIT_CEILING_DIRECTORIES: tmpdir() });
            execFileSync("git", ["init", "--quiet", folder]);
            const foreign = failureOf(folder, {
                GIT_TEST_ASSUME_DIFFERENT_OWNER: "1",
                GIT_CONFIG_GLOBAL: "/dev/null",
                GIT_CONFIG_SYSTEM: "/dev/null",
            });
            const missing = failureOf(folder, {}, "git-that-is-not-installed");
            expect(gitFailure("HEAD", outside).message).to.include("is no git repository");
            expect(gitFailure("HEAD", foreign).message).to.include("belongs to another user");
            expect(gitFailure("HEAD", foreign).remedy).to.match(
                /: git config --global --add safe\.directory \S+multitier-revision-\w+$/,
            );
            expect(gitFailure("HEAD", missing).message).to.include("no git on the PATH");
            expect(gitFailure("HEAD", new Error("killed")).message).to.include("killed");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
