import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The tiers whose images are built from `app/`. */
export type ApplicationTier = "client" | "server" | "worker";

// Not `__dirname`, which tsx gets wrong where an ES module imports this one.
const applicationFolder = join(dirname(__filename), "..", "app");

/** What the images are built from beside the tier's own folder. Only the server and the worker share code. */
const sources: Readonly<Record<ApplicationTier, readonly string[]>> = {
    client: ["client"],
    server: ["server", "shared"],
    worker: ["worker", "shared"],
};

/** Results and tests: changing them changes no image. */
function isIgnored(name: string): boolean {
    return ["dist", "node_modules", "test", "tests"].includes(name) || /\.test\.tsx?$/.test(name);
}

/** The files of a folder and those below it, each as its path from `root` with `/` between the names. */
function filesUnder(root: string, folder: string): string[] {
    return readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => !isIgnored(entry.name))
        .flatMap((entry) => {
            const path = `${folder}/${entry.name}`;
            return entry.isDirectory() ? filesUnder(root, path) : [path];
        });
}

/** The files directly in `app/` that decide what is built: the packages, the compiler settings, the build script. */
function buildFiles(root: string): string[] {
    return readdirSync(root).filter((name) =>
        /^(?:(?:package|package-lock|tsconfig)\.json|build\.[cm]?[jt]s)$/.test(name),
    );
}

/**
 * The files that a tier's image is made from, as sorted paths under `app/`. The order is that of the characters'
 * codes, so that it is the same on every machine whatever its language.
 */
export function applicationSources(tier: ApplicationTier, folder: string = applicationFolder): string[] {
    return [...buildFiles(folder), ...sources[tier].flatMap((name) => filesUnder(folder, name))].sort();
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
