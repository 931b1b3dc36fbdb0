import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { CommandFailure, messageOf } from "../terminal/failure.ts";
import type { PreviewDocument, Report } from "./report.ts";

/** The places that a preview is written to: files, or true for standard output. */
export interface OutputOptions {
    readonly markdown?: string | true | undefined;
    readonly json?: string | true | undefined;
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

/** Writes reports as files and to standard output; as text for a person where no other format goes there. */
export async function writeReports(
    reports: readonly Report[],
    { markdown: comment, json }: OutputOptions,
): Promise<void> {
    // Not before there is something to write: the engine would wait until they are loaded.
    const [{ markdown }, { terminal }] = await Promise.all([
        import("./markdown.ts"),
        import("./terminal.ts"),
    ]);
    const document: PreviewDocument = { format: "multitier-preview-1", previews: [...reports] };
    const outputs = [
        ...(comment === undefined ? [] : [{ to: comment, text: reports.map(markdown).join("\n") }]),
        ...(json === undefined ? [] : [{ to: json, text: `${JSON.stringify(document, undefined, 2)}\n` }]),
    ];
    for (const { to, text } of outputs) {
        if (to === true) {
            process.stdout.write(text);
        } else {
            await writeFile(to, text);
        }
    }
    if (outputs.every(({ to }) => to !== true)) {
        const coloured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
        process.stdout.write(`${reports.map((report) => terminal(report, coloured)).join("\n\n")}\n`);
    }
}
