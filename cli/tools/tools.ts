import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

import { run } from "../process/run.ts";
import { download, sourceOf } from "./download.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import { cacheFolder } from "../process/folders.ts";
import { siteRefusal } from "./site-request.ts";
import { toolVersions, type ToolName } from "./tool-versions.ts";
import { askVersion } from "./tools-on-path.ts";

/** The step in which a tool is downloaded. */
interface DownloadContext {
    readonly report: ReportProgress;
    readonly signal?: AbortSignal | undefined;
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

/** One address of the site that the Pulumi CLI comes from. */
const pulumiSite = "https://get.pulumi.com/install.sh";

/** Asks whether Pulumi's site, where its CLI and providers come from, refuses downloads. */
export function pulumiRefusal(signal: AbortSignal | undefined): ReturnType<typeof siteRefusal> {
    return siteRefusal(pulumiSite, { signal });
}

/**
 * Downloads a tool from its publisher, and returns its path.
 *
 * @throws SiteUnavailable when the site refuses or is silent, CommandFailure when it fails in another way
 */
export async function downloadTool(name: ToolName, { report, signal }: DownloadContext): Promise<string> {
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

/** PULUMI_HOME for the `pulumi` package, which installs the CLI under it. */
const pulumiHome = join(cacheFolder, "pulumi");

/** The path that a downloaded tool has in the cache, be it there or not. */
export function downloadedFile(name: ToolName): string {
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
