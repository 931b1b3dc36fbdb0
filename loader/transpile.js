// Transpiles the project's TypeScript for Node: for the Pulumi program by way of register.js, for the commands by way of
// commands.mjs. It is the project's own because tsx costs more than the program: bench/results.md has the figures.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { env, pid } = require("node:process");
const { version } = require("sucrase/package.json");

const cacheFolder = join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "multitier", "transpiled");

/** @param {string} text */
function digest(text) {
    return createHash("sha256").update(text).digest("hex");
}

/**
 * Removes the types, and for CommonJS turns imports into calls of `require`. Each line stays where it is, so errors and the source
 * positions in the state are right without source maps, whose reading is a third of the start otherwise.
 *
 * @param {string} source
 * @param {string} file
 * @param {"commonjs" | "module"} format
 */
function transpile(source, file, format) {
    return require("sucrase").transform(source, {
        filePath: file,
        transforms: format === "module" ? ["typescript"] : ["typescript", "imports"],
        disableESTransforms: true,
        preserveDynamicImport: true,
    }).code;
}

/**
 * Transpiles a file unless the cache has it. The cache goes by the source alone, so that another checkout finds there what
 * it has in common with this one.
 *
 * @param {string} file
 * @param {"commonjs" | "module"} format
 */
function transpiled(file, format) {
    const source = readFileSync(file, "utf8");
    const cacheFile = join(cacheFolder, `${digest(version + format + source)}.js`);
    try {
        return readFileSync(cacheFile, "utf8");
    } catch {
        // Not there, or not to be read: it is transpiled then.
    }
    const code = transpile(source, file, format);
    try {
        mkdirSync(cacheFolder, { recursive: true });
        const unfinished = `${cacheFile}.${pid}`;
        writeFileSync(unfinished, code);
        renameSync(unfinished, cacheFile);
    } catch {
        // Where nothing can be kept, each run transpiles.
    }
    return code;
}

require.extensions[".ts"] = (module, file) => {
    module._compile(transpiled(file, "commonjs"), file);
};

module.exports = { transpiled };
