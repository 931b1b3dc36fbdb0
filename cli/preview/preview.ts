import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import type { StackRef } from "../session/project.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { Command, Outcome } from "../terminal/run-command.ts";
import type { DeployedOptions } from "./deployed.ts";
import type { PreviewDocument, PreviewReport } from "./report.ts";

/** The exit code of a preview that found data at risk. */
export const dataAtRiskCode = 2;

/** The options that both kinds of preview have. */
interface CommonOptions {
    /** The places that a preview is written to: files, or true for standard output. */
    readonly markdown?: string | true | undefined;
    readonly json?: string | true | undefined;
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

/** Runs a preview and writes its reports; as text for a person where no other format goes to standard output. */
async function write(
    { markdown, json, savePlan, allowDataLoss }: CommonOptions & Pick<DeployedOptions, "savePlan">,
    preview: () => Promise<readonly PreviewReport[]>,
): Promise<Outcome> {
    await checkWritable({ "--markdown": markdown, "--json": json, "--save-plan": savePlan });
    const reports = await preview();
    if (markdown !== undefined) {
        const { markdown: comment } = await import("./markdown.ts");
        await writeTo(markdown, reports.map(comment).join("\n"));
    }
    if (json !== undefined) {
        const document: PreviewDocument = { format: "multitier-preview-1", previews: [...reports] };
        await writeTo(json, `${JSON.stringify(document, undefined, 2)}\n`);
    }
    if (markdown !== true && json !== true) {
        const { terminal } = await import("./terminal.ts");
        const coloured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
        await writeTo(true, `${reports.map((report) => terminal(report, coloured)).join("\n\n")}\n`);
    }
    return { exitCode: exitCode(reports, allowDataLoss) };
}

async function writeTo(place: string | true, text: string): Promise<void> {
    if (place === true) {
        process.stdout.write(text);
    } else {
        await writeFile(place, text);
    }
}

/** The exit code of a preview: 2 with data at risk, unless that is allowed. */
export function exitCode(reports: readonly PreviewReport[], allowDataLoss: boolean): number {
    return !allowDataLoss && reports.some(({ dataAtRisk }) => dataAtRisk.length > 0) ? dataAtRiskCode : 0;
}

/**
 * Makes sure that files can be written, before the work for them is done.
 *
 * @param files by the option that names each
 * @throws CommandFailure if one can't be written
 */
export async function checkWritable(
    files: Readonly<Record<string, string | true | undefined>>,
): Promise<void> {
    for (const [option, file] of Object.entries(files)) {
        if (typeof file === "string") {
            await checkFile(file).catch((error: unknown) => {
                throw new CommandFailure(
                    `${option}: ${file} can't be written: ${messageOf(error)}`,
                    "Name a file in a folder that exists and that you may write to. Nothing was done.",
                    { cause: error },
                );
            });
        }
    }
}

async function checkFile(file: string): Promise<void> {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory() === true) {
        throw new Error("it is a folder");
    }
    const folder = dirname(resolve(file));
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
        throw new Error(`there is no folder ${folder}`);
    }
    await access(found === undefined ? folder : file, constants.W_OK);
}
