import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { projectFolder } from "../session/project.ts";

/** A revision of the project, checked out apart from the work tree. */
export interface Revision {
    /** The commit, abbreviated. */
    readonly commit: string;
    /** Its files. */
    readonly folder: string;
}

/**
 * Checks a revision out into a temporary folder and removes it after use. Neither the work tree nor anything in the
 * repository is touched.
 *
 * @param reference a commit as git knows it: a branch, a tag, a hash
 * @param packages if it gets the packages of this checkout or none
 * @throws CommandFailure if git doesn't give the commit, or there is no program in it
 */
export async function withRevision<Result>(
    reference: string,
    packages: "with packages" | "without packages",
    use: (revision: Revision) => Promise<Result>,
): Promise<Result> {
    const commit = await resolveCommit(reference);
    const place = await mkdtemp(join(tmpdir(), "multitier-preview-"));
    try {
        const folder = join(place, "checkout");
        const environment = { GIT_INDEX_FILE: join(place, "index") };
        await git(["read-tree", commit], environment);
        await git(["checkout-index", "--all", `--prefix=${folder}/`], environment);
        if (!existsSync(join(folder, "index.ts"))) {
            throw new CommandFailure(
                `The revision ${commit} is too old to compare with: it has no index.ts, so there is no program to render.`,
                "Compare with a later one.",
            );
        }
        if (packages === "with packages") {
            await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"), "junction");
        }
        return await use({ commit, folder });
    } finally {
        await rm(place, { recursive: true, force: true });
    }
}

async function git(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
    const { stdout } = await promisify(execFile)("git", ["-C", projectFolder, ...args], {
        env: { ...process.env, ...environment },
    });
    return stdout.trim();
}

/** Resolves a reference to an abbreviated commit. */
async function resolveCommit(reference: string): Promise<string> {
    const args = ["rev-parse", "--verify", "--quiet", "--short", "--end-of-options", `${reference}^{commit}`];
    try {
        // In English, since what it says is read.
        return await git(args, { LC_ALL: "C" });
    } catch (error) {
        throw gitFailure(reference, error);
    }
}

/** Explains why git doesn't give a commit. */
export function gitFailure(reference: string, error: unknown): CommandFailure {
    const said = messageOf(error);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const revision = JSON.stringify(reference);
    const reasons: readonly (readonly [applies: boolean, message: string, remedy: string])[] = [
        [
            code === "ENOENT",
            "There is no git on the PATH, which gets the revision to compare with.",
            "Install git: https://git-scm.com/downloads",
        ],
        [
            said.includes("dubious ownership"),
            `git doesn't read the checkout ${projectFolder}, since it belongs to another user.`,
            `If you trust it: git config --global --add safe.directory ${projectFolder.replace(/\/$/, "")}`,
        ],
        [
            said.includes("not a git repository"),
            `${projectFolder} is no git repository (an unpacked archive?), so there is no revision to compare with.`,
            "Clone the repository, and preview in the clone.",
        ],
        [
            // Of a revision that it doesn't know git says nothing, by --quiet.
            code === 1,
            `There is no revision ${revision} to compare with in this repository.`,
            "Name a branch, a tag or a commit that is here; a remote's branch has to be fetched first: git fetch origin",
        ],
        [true, `git doesn't give the revision ${revision}: ${said}`, ""],
    ];
    const [, message = said, remedy = ""] = reasons.find(([applies]) => applies) ?? [];
    return new CommandFailure(message, remedy, { cause: error });
}
