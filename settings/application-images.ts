import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The tiers whose images are built from `app/`. */
export type ApplicationTier = "client" | "server" | "worker";

// Not `__dirname`, which tsx gets wrong where an ES module imports this one.
const applicationFolder = join(dirname(__filename), "..", "app");

/** The folders that an image is built from. Only the server and the worker share code. */
const sources: Readonly<Record<ApplicationTier, readonly string[]>> = {
    client: ["client"],
    server: ["server", "shared"],
    worker: ["worker", "shared"],
};

/** The files directly in `app/` that decide what is built: the packages, the compiler settings, the build script. */
const buildFile = /^(?:(?:package|package-lock|tsconfig)\.json|build\.[cm]?[jt]s)$/;

/** Results, tests, and what editors and systems leave: changing them changes no image. */
const ignoredName = /^(?:dist|node_modules|tests?|\.DS_Store|\.#.*|#.*#|.*~|.*\.(?:log|sw[a-p]|test\.tsx?))$/;

/**
 * The files of a folder and those below it, each as its path from `root` with `/` between the names. Links are followed,
 * as the build does, except those that lead nowhere or back to a folder that they are in.
 */
function filesUnder(root: string, folder: string, around: readonly string[] = []): string[] {
    const place = realpathSync(join(root, folder));
    if (around.includes(place)) {
        return [];
    }
    return readdirSync(place).flatMap((name) => {
        const kind = ignoredName.test(name)
            ? undefined
            : statSync(join(place, name), { throwIfNoEntry: false });
        const path = `${folder}/${name}`;
        return kind?.isDirectory()
            ? filesUnder(root, path, [...around, place])
            : kind?.isFile()
              ? [path]
              : [];
    });
}

/** Lists files that git ignores in a folder of a checkout; elsewhere, as in an exported revision, names decide. */
function ignoredByGit(folder: string): string[] {
    // The repository is named, or git would take one that the project happens to lie in.
    const options = ["--git-dir=../.git", "--work-tree=.."];
    const listing = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", "."];
    try {
        const command = { cwd: folder, encoding: "utf8", stdio: "pipe" } as const;
        return execFileSync("git", [...options, ...listing], command)
            .split("\0")
            .slice(0, -1);
    } catch {
        return [];
    }
}

/**
 * The files that a tier's image is made from, as sorted paths under `app/`. The order is that of the characters'
 * codes, so that it is the same on every machine whatever its language.
 */
export function applicationSources(tier: ApplicationTier, folder: string = applicationFolder): string[] {
    const ignored = ignoredByGit(folder);
    const isIgnored = (file: string): boolean =>
        ignored.some((path) => file === path || file.startsWith(path.endsWith("/") ? path : `${path}/`));
    const files = sources[tier]
        .flatMap((name) => filesUnder(folder, name))
        .filter((file) => !isIgnored(file));
    return [...readdirSync(folder).filter((name) => buildFile.test(name)), ...files].sort();
}

/**
 * The image of a tier of the sample application as it is now in `app/`: its tag is the hash of its sources, so
 * changed code is a changed setting and rolls just its tier (docs/architecture.md, decision 17). Building, previews
 * and settings all take it from here. Raises what `node:fs` raises where the sources can't be read.
 *
 * @param folder Where the sources are. Default: the project's `app/`.
 */
export function applicationImage(tier: ApplicationTier, folder: string = applicationFolder): string {
    const hash = createHash("sha256");
    for (const path of applicationSources(tier, folder)) {
        const content = readFileSync(join(folder, path));
        // The length keeps one file's end and the next one's name apart.
        hash.update(`${path}\0${content.length}\0`).update(content);
    }
    return `localhost/multitier/${tier}:${hash.digest("hex").slice(0, 12)}`;
}
