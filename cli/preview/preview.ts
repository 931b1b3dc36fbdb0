import { describeBriefly } from "../terminal/failure.ts";
import { openLog } from "../terminal/log-file.ts";
import type { DeployedOptions } from "./deployed.ts";
import { writeReports, type OutputOptions } from "./output.ts";
import type { Report } from "./report.ts";

/** The exit code of a preview that found data at risk. */
export const dataAtRiskCode = 2;

export interface AgainstOptions extends OutputOptions {
    /** What git takes for a commit. */
    readonly against: string;
    /** Default: every stack that has a file. */
    readonly stack?: string | undefined;
    readonly allowDataLoss: boolean;
}

export interface PreviewOptions extends OutputOptions, DeployedOptions {
    readonly allowDataLoss: boolean;
}

/** Compares this checkout with a revision and writes what it changes. Returns the exit code. */
export async function runPreviewAgainst(options: AgainstOptions): Promise<number> {
    return await write(options, async () => {
        const { previewAgainst } = await import("./against.ts");
        return await previewAgainst(
            options.against,
            options.stack === undefined ? undefined : [options.stack],
        );
    });
}

/** Previews a stack as it is deployed and writes what would change. Returns the exit code. */
export async function runPreview(options: PreviewOptions): Promise<number> {
    const log = openLog("preview");
    return await write(options, async () => {
        const { previewDeployed } = await import("./deployed.ts");
        return [await previewDeployed(options, log)];
    });
}

async function write(
    options: OutputOptions & { readonly allowDataLoss: boolean },
    preview: () => Promise<readonly Report[]>,
): Promise<number> {
    try {
        const reports = await preview();
        await writeReports(reports, options);
        return exitCode(reports, options.allowDataLoss);
    } catch (error) {
        process.stderr.write(`${describeBriefly(error)}\n`);
        return 1;
    }
}

/** The exit code of a preview: 2 with data at risk, unless that is allowed. */
export function exitCode(reports: readonly Report[], allowDataLoss: boolean): number {
    return !allowDataLoss && reports.some(({ dataAtRisk }) => dataAtRisk.length > 0) ? dataAtRiskCode : 0;
}
