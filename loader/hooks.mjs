// The hook of commands.mjs, which Node runs in a thread of its own.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, URL } from "node:url";
import { bundleOf } from "./bundle.mjs";

const { transpiled } = createRequire(import.meta.url)("./transpile.js");

/** @type {Map<string, "commonjs" | "module">} */
const formats = new Map();

/**
 * The format of the files in a folder, as Node decides it: by the nearest package.json.
 *
 * @param {string} folder
 */
function formatIn(folder) {
    const known = formats.get(folder);
    if (known !== undefined) {
        return known;
    }
    const manifest = join(folder, "package.json");
    const format = existsSync(manifest)
        ? JSON.parse(readFileSync(manifest, "utf8")).type === "module"
            ? "module"
            : "commonjs"
        : folder === dirname(folder)
          ? "commonjs"
          : formatIn(dirname(folder));
    formats.set(folder, format);
    return format;
}

/**
 * An ES module with the exports of a CommonJS module, which is the same as for those that require it.
 *
 * @param {string} file
 */
function facade(file) {
    const code = transpiled(file, "commonjs");
    const names = code.matchAll(/\bexports\.(\w+) =|_createNamedExportFrom\(\w+, '\w+', '(\w+)'\)/g);
    const exported = new Set([...names].map(([, own, passedOn]) => own ?? passedOn));
    return `import { createRequire } from "node:module";
const { ${[...exported].join(", ")} } = createRequire(import.meta.url)(${JSON.stringify(file)});
export { ${[...exported].join(", ")} };
`;
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
    if (!url.startsWith("file:") || !url.endsWith(".ts")) {
        return await next(url, context);
    }
    const file = fileURLToPath(url);
    const source = formatIn(dirname(file)) === "module" ? transpiled(file, "module") : facade(file);
    return { format: "module", source, shortCircuit: true };
}

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, next) {
    const bundle = specifier === "@kubernetes/client-node" ? bundleOf(specifier) : undefined;
    if (bundle !== undefined) {
        return { url: bundle, format: "module", shortCircuit: true };
    }
    return context.parentURL !== undefined && specifier.startsWith(".") && specifier.endsWith(".ts")
        ? { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true }
        : await next(specifier, context);
}
