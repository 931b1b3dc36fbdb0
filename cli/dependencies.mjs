// Installs npm packages where they are missing or older than the lockfile, and runs their programs. It needs nothing
// but Node, for it runs before there is any package.
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

/** @param {string} folder */
function installedIn(folder) {
    const record = join(folder, "node_modules", ".package-lock.json");
    return existsSync(record) ? readJson(record).packages : undefined;
}

/**
 * Compares node_modules with the lockfile, by the record that npm keeps there.
 *
 * @param {string} folder
 * @param {boolean} development Packages for development are needed, too.
 */
function dependenciesFit(folder, development) {
    const installed = installedIn(folder);
    if (installed === undefined) {
        return false;
    }
    return Object.entries(readJson(join(folder, "package-lock.json")).packages).every(
        ([path, { version, optional, dev, devOptional }]) => {
            if (path === "" || installed[path]?.version === version) {
                return true;
            }
            // Optional packages are installed only on the platform that they are for.
            const mayBeAbsent = optional === true || (!development && (dev === true || devOptional === true));
            return installed[path] === undefined && mayBeAbsent;
        },
    );
}

/**
 * Makes the packages in a folder those of its lockfile. Those for development are left out where they were left out
 * before (`npm ci --omit=dev`) and aren't needed. Ends the process with a message if npm can't.
 *
 * @param {string} folder where a package.json and its package-lock.json are
 * @param {boolean} development Packages for development are needed, too.
 */
export function ensureDependencies(folder, development) {
    if (dependenciesFit(folder, development)) {
        return;
    }
    const title = folder === project ? "Dependencies" : `Dependencies of ${basename(folder)}`;
    const started = performance.now();
    const installed = installedIn(folder);
    const omitted = installed !== undefined && !Object.values(installed).some(({ dev }) => dev === true);
    // Said either way: NODE_ENV=production would leave them out.
    const which = omitted && !development ? "--omit=dev" : "--include=dev";
    say(`${title}: npm ci ${which} (what is installed is not what package-lock.json asks for)`);
    const args = ["ci", which, "--no-audit", "--no-fund", "--loglevel=error"];
    const code = run("npm", args, folder, ["ignore", 2, 2]);
    if (code !== 0) {
        say(`✖ ${title}: npm ci failed. Is the npm registry reachable? Try it by itself: npm ci`);
        process.exit(code);
    }
    say(`✔ ${title} [${Math.round((performance.now() - started) / 1000)}s]`);
}

/**
 * Runs the program of an installed package in the checkout. Ends the process if it fails.
 *
 * @param {string} name
 * @param {string[]} args
 */
export function runPackage(name, ...args) {
    const code = run(join(project, "node_modules", ".bin", name), args, project, "inherit");
    if (code !== 0) {
        process.exit(code);
    }
}

/**
 * Runs a program, and returns its exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} folder
 * @param {import("node:child_process").StdioOptions} stdio
 */
function run(command, args, folder, stdio) {
    const shell = process.platform === "win32";
    const { status, signal } = spawnSync(command, args, { cwd: folder, stdio, shell });
    return signal === "SIGINT" ? 130 : (status ?? 1);
}
