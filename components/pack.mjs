// Packs the components as a package that any Pulumi program can install: compiled, with types, and with a manifest that
// exists in the package alone. One in this folder would have the checkout's own programs look for what is compiled.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execPath, platform, stdout } from "node:process";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);

const { version, license, engines, dependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
);
const manifest = {
    name: "@multitier/components",
    version,
    license,
    description: "Tiers of an application on Kubernetes, as Pulumi components",
    main: "index.js",
    types: "index.d.ts",
    engines,
    peerDependencies: Object.fromEntries(
        Object.entries(dependencies)
            .filter(([name]) => name.startsWith("@pulumi/"))
            .map(([name, pinned]) => [name, `^${pinned}`]),
    ),
};

/** @param {string} destination the folder that gets the archive, whose path is written to standard output */
export function pack(destination) {
    const build = mkdtempSync(join(tmpdir(), "multitier-components-"));
    try {
        const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
        execFileSync(execPath, [compiler, "-p", join(folder, "tsconfig.build.json"), "--outDir", build], {
            stdio: "inherit",
        });
        writeFileSync(join(build, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
        copyFileSync(join(root, "docs", "components", "README.md"), join(build, "README.md"));
        mkdirSync(destination, { recursive: true });
        const npm = platform === "win32" ? "npm.cmd" : "npm";
        const packed = execFileSync(
            npm,
            ["pack", "--silent", "--ignore-scripts", "--pack-destination", destination],
            {
                cwd: build,
                encoding: "utf8",
            },
        );
        stdout.write(`${join(destination, packed.trim())}\n`);
    } finally {
        rmSync(build, { recursive: true, force: true });
    }
}
