import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { build as buildPage } from "vite";

/** Where this file lies. Everything is named relative to it, so that the result is the same wherever that is. */
const root = import.meta.dirname;

/** Bundles a tier's program and all it needs into one file: app/<tier>/dist/main.cjs. */
async function buildProgram(tier: "client" | "server" | "worker"): Promise<void> {
    await bundle({
        absWorkingDir: root,
        entryPoints: [`${tier}/main.ts`],
        outfile: `${tier}/dist/main.cjs`,
        bundle: true,
        platform: "node",
        target: "node20",
        // CommonJS, since most libraries in it are and require Node's modules by name.
        format: "cjs",
        legalComments: "none",
        minifySyntax: true,
        logLevel: "warning",
    });
}

/** Builds the page into app/client/dist/page. */
async function buildClientPage(): Promise<void> {
    await buildPage({
        root: join(root, "client"),
        configFile: false,
        logLevel: "warn",
        build: { outDir: "dist/page", emptyOutDir: true, target: "es2023" },
    });
}

await Promise.all(
    ["client", "server", "worker"].map((tier) =>
        rm(join(root, tier, "dist"), { recursive: true, force: true }),
    ),
);
await buildClientPage();
await Promise.all([buildProgram("client"), buildProgram("server"), buildProgram("worker")]);
