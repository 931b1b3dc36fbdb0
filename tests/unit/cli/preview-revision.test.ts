import { existsSync, mkdtempSync, rmSync } from "node:fs";
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
            expect(gitFailure("HEAD", foreign).remedy).to.include("safe.directory");
            expect(gitFailure("HEAD", missing).message).to.include("no git on the PATH");
            expect(gitFailure("HEAD", new Error("killed")).message).to.include("killed");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
