import { delimiter, dirname, join } from "node:path";

import { cacheFolder } from "../process/folders.ts";
import type { ReportProgress } from "../terminal/steps.ts";
import { download, sourceOfProvider, sourceOfTool } from "./download.ts";
import { providerVersions, toolVersions, type Provider, type ToolName } from "./tool-versions.ts";

/** The step in which something is downloaded. */
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

/** All that is downloaded, each in a folder of its own. */
const downloadsFolder = join(cacheFolder, "downloads");

/** The path that a downloaded tool has in the cache, be it there or not. */
export function downloadedFile(name: ToolName): string {
    return join(downloadsFolder, `${name}-${toolVersions[name]}`, name);
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
    await download(sourceOfTool(name, version), file, { signal });
    report(`${name} ${version}: downloaded`);
    return file;
}

/** Downloads a provider from its publisher, and returns the archive that the CLI installs. */
export async function downloadProvider(
    provider: Provider,
    { report, signal }: DownloadContext,
): Promise<string> {
    const version = providerVersions[provider];
    const file = join(downloadsFolder, `${provider}-provider-${version}`, "provider.tar.gz");
    report(`${provider} provider ${version}: downloading`);
    await download(sourceOfProvider(provider, version), file, { signal });
    return file;
}
