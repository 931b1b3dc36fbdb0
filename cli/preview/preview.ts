import type { StackRef } from "../session/project.ts";
import type { Command, Outcome } from "../terminal/run-command.ts";
import type { DeployedOptions } from "./deployed.ts";
import { checkWritable, writeReports, type OutputOptions } from "./output.ts";
import type { Report } from "./report.ts";

/** The exit code of a preview that found data at risk. */
export const dataAtRiskCode = 2;

/** The options that both kinds of preview have. */
interface CommonOptions extends OutputOptions {
    /** True if data at risk leaves the exit code at 0. */
    readonly allowDataLoss: boolean;
}

/**
 * Compares this checkout with a revision and writes what it changes.
 *
 * @param against a commit as git knows it: a branch, a tag, a hash
 * @param stack the one stack to compare. Default: every stack that has a file
 */
export async function runPreviewAgainst(
    against: string,
    stack: string | undefined,
    options: CommonOptions,
): Promise<Outcome> {
    return await write(options, async () => {
        const { previewAgainst } = await import("./against.ts");
        return await previewAgainst(against, stack === undefined ? undefined : [stack]);
    });
}

/** Previews a stack as it is deployed and writes what would change. */
export async function runPreview(
    ref: StackRef,
    options: CommonOptions & DeployedOptions,
    command: Command,
): Promise<Outcome> {
    return await write(options, async () => {
        const { previewDeployed } = await import("./deployed.ts");
        return [await previewDeployed(ref, options, command)];
    });
}

async function write(
    options: CommonOptions & { readonly savePlan?: string | undefined },
    preview: () => Promise<readonly Report[]>,
): Promise<Outcome> {
    const { markdown, json, savePlan } = options;
    await checkWritable({ "--markdown": markdown, "--json": json, "--save-plan": savePlan });
    const reports = await preview();
    await writeReports(reports, options);
    return { exitCode: exitCode(reports, options.allowDataLoss) };
}

/** The exit code of a preview: 2 with data at risk, unless that is allowed. */
export function exitCode(reports: readonly Report[], allowDataLoss: boolean): number {
    return !allowDataLoss && reports.some(({ dataAtRisk }) => dataAtRisk.length > 0) ? dataAtRiskCode : 0;
}
