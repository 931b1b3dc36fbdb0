// Bundles a package of many modules into one: Node takes longer to find a thousand of them, each by way of the hooks' thread,
// than a command takes for all else that it begins with.
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pid } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const packages = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules");

/**
 * Gives the URL of a package's bundle, which is made where there is none of the installed version; undefined where it can't
 * be made. What the package imports itself stays outside.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function bundleOf(name) {
    const { main, version } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
    // Below the packages, since it imports others; `npm ci` removes it with them.
    const file = join(packages, ".cache", "multitier", `${name.replace("/", "+")}-${version}.mjs`);
    if (!existsSync(file)) {
        const unfinished = `${file}.${pid}`;
        try {
            require("esbuild").buildSync({
                entryPoints: [join(packages, name, main)],
                outfile: unfinished,
                ...{ bundle: true, packages: "external", format: "esm", platform: "node", target: "node20" },
                ...{ minifyWhitespace: true, legalComments: "none", logLevel: "silent" },
            });
            renameSync(unfinished, file);
        } catch {
            // As with read-only packages: it is loaded as it is.
            rmSync(unfinished, { force: true });
            return undefined;
        }
    }
    return pathToFileURL(file).href;
}
