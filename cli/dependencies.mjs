// Installs npm packages where they are missing or older than the lockfile. It needs nothing but Node, for it runs
// before there is any package.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const project = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @param {string} file */
function readJson(file) {
    return JSON.parse(readFileSync(file, "utf8"));
}

/** @param {string} line */
function say(line) {
    // Standard output is left to the command.
    process.stderr.write(`${line}\n`);
}

/** Ends the process with a message where Node is older than package.json asks for. */
export function requireNode() {
    const wanted = readJson(join(project, "package.json")).engines.node.replace(">=", "");
    if (process.versions.node.localeCompare(wanted, "en", { numeric: true }) < 0) {
        say(`✖ Node ${wanted} or later is needed; this is ${process.version}.`);
        process.exit(1);
    }
}

/**
 * Whether node_modules holds just what the lockfile says, by the record that npm keeps there.
 *
 * @param {string} folder
 */
function dependenciesFit(folder) {
    const record = join(folder, "node_modules", ".package-lock.json");
    if (!existsSync(record)) {
        return false;
    }
    const installed = readJson(record).packages;
    return Object.entries(readJson(join(folder, "package-lock.json")).packages).every(
        // Optional packages are installed only on the platform that they are for.
        ([path, { version, optional }]) =>
            path === "" ||
            (installed[path] === undefined ? optional === true : installed[path].version === version),
    );
}

/**
 * Makes the packages in a folder those of its lockfile. Ends the process with a message if npm can't.
 *
 * @param {string} folder where a package.json and its package-lock.json are
 */
export function ensureDependencies(folder) {
    if (dependenciesFit(folder)) {
        return;
    }
    const title = folder === project ? "Dependencies" : `Dependencies of ${basename(folder)}`;
    const started = performance.now();
    say(`${title}: npm ci (package-lock.json is new or has changed)`);
    const { status, signal } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: folder,
        stdio: ["ignore", 2, 2],
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        say(`✖ ${title}: npm ci failed. Is the npm registry reachable? Try it by itself: npm ci`);
        process.exit(signal === "SIGINT" ? 130 : (status ?? 1));
    }
    say(`✔ ${title} [${Math.round((performance.now() - started) / 1000)}s]`);
}
