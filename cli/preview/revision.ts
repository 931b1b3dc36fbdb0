import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run, tryRun } from "../process/run.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { projectFolder } from "../session/project.ts";

/** A revision of the project, checked out apart from the work tree. */
export interface Revision {
    /** The commit, abbreviated. */
    readonly commit: string;
    /** Its files. */
    readonly folder: string;
    /** A folder that goes when the checkout goes. */
    readonly cacheFolder: string;
}

/**
 * Checks a revision out into a temporary folder and removes it after use. Neither the work tree nor anything in the
 * repository is touched.
 *
 * @param reference what git takes for a commit
 * @param packages whether it gets the packages of this checkout; otherwise none are there
 * @throws CommandFailure if there is no such commit, or no program in it
 */
export async function withRevision<Result>(
    reference: string,
    packages: "with packages" | "without packages",
    use: (revision: Revision) => Promise<Result>,
): Promise<Result> {
    const commit = await tryRun("git", [
        "-C",
        projectFolder,
        "rev-parse",
        "--verify",
        "--quiet",
        "--short",
        "--end-of-options",
        `${reference}^{commit}`,
    ]);
    if (commit === undefined) {
        throw new CommandFailure(
            `There is no revision ${JSON.stringify(reference)} to compare with in this repository.`,
            "Name a branch, a tag or a commit that is here; a remote's branch has to be fetched first: git fetch origin",
        );
    }
    const place = await mkdtemp(join(tmpdir(), "multitier-preview-"));
    try {
        const folder = join(place, "checkout");
        const environment = { GIT_INDEX_FILE: join(place, "index") };
        await run("git", ["-C", projectFolder, "read-tree", commit], { environment });
        await run("git", ["-C", projectFolder, "checkout-index", "--all", `--prefix=${folder}/`], {
            environment,
        });
        if (!existsSync(join(folder, "index.ts"))) {
            throw new CommandFailure(
                `The revision ${commit} is too old to compare with: it has no index.ts, so there is no program to render.`,
                "Compare with a later one.",
            );
        }
        if (packages === "with packages") {
            await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"), "junction");
        }
        return await use({ commit, folder, cacheFolder: join(place, "cache") });
    } finally {
        await rm(place, { recursive: true, force: true });
    }
}
