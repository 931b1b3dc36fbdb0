import { writeFile } from "node:fs/promises";

import { markdown } from "./markdown.ts";
import type { PreviewDocument, Report } from "./report.ts";
import { terminal } from "./terminal.ts";

/** What is written, and where: true is standard output. */
export interface OutputOptions {
    readonly markdown?: string | true | undefined;
    readonly json?: string | true | undefined;
}

/** Writes reports as files and to standard output; as text for a person where no other format goes there. */
export async function writeReports(
    reports: readonly Report[],
    { markdown: comment, json }: OutputOptions,
): Promise<void> {
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
