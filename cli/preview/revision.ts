import { execFile } from "node:child_process";
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
 * Checks a revision of the project out into a temporary folder and removes it after use: of a repository whose
 * subfolder the project is, that subfolder. Neither the work tree nor anything in the repository is touched.
 *
 * @param reference a commit as git knows it: a branch, a tag, a hash
 * @param packages if it gets the packages of this checkout or none
 * @param project the folder of this checkout's project. Default: this project's
 * @throws CommandFailure if git doesn't give the commit, or there is no program in it
 */
export async function withRevision<Result>(
    reference: string,
    packages: "with packages" | "without packages",
    use: (revision: Revision) => Promise<Result>,
    project: string = projectFolder,
): Promise<Result> {
    const commit = await resolveCommit(reference, project);
    const place = await mkdtemp(join(tmpdir(), "multitier-preview-"));
    try {
        const folder = join(place, "checkout");
        if ((await git(project, ["ls-tree", "--name-only", commit, "index.ts"])) === "") {
            throw new CommandFailure(
                `The revision ${commit} is too old to compare with: it has no index.ts in ${project}, so there is no program to render.`,
                "Compare with a later one.",
            );
        }
        const environment = { GIT_INDEX_FILE: join(place, "index") };
        // The project's own tree. From the top, since git leaves out what is not below the folder that it is run in.
        await git(project, ["read-tree", `${commit}:./`], environment);
        const top = await git(project, ["rev-parse", "--show-toplevel"]);
        await git(top, ["checkout-index", "--all", `--prefix=${folder}/`], environment);
        if (packages === "with packages") {
            await symlink(join(project, "node_modules"), join(folder, "node_modules"), "junction");
        }
        return await use({ commit, folder });
    } finally {
        await rm(place, { recursive: true, force: true });
    }
}

async function git(
    folder: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
): Promise<string> {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, ...args], {
        env: { ...process.env, ...environment },
    });
    return stdout.trim();
}

/** Resolves a reference to an abbreviated commit. */
async function resolveCommit(reference: string, project: string): Promise<string> {
    const args = ["rev-parse", "--verify", "--quiet", "--short", "--end-of-options", `${reference}^{commit}`];
    try {
        // In English, since what it says is read.
        return await git(project, args, { LC_ALL: "C" });
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
            `git doesn't read the repository of ${projectFolder}, since it belongs to another user.`,
            // The repository's top, which git alone knows.
            `If you trust it: ${/git config --global --add safe\.directory .*/.exec(said)?.[0] ?? said}`,
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
