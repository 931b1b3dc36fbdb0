import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { CommandFailure } from "../terminal/failure.ts";
import { fetchFile, insteadOfDownload, type RequestOptions } from "./site-request.ts";
import type { ToolName } from "./tool-versions.ts";

/** The tools that are one file each at their publishers'. */
export type DownloadedTool = Exclude<ToolName, "pulumi">;

/** The addresses of an official binary and of its SHA-256, as its publisher states it. */
export interface Source {
    readonly binary: string;
    readonly checksum: string;
}

/**
 * Downloads an official binary and compares it with the checksum that its publisher states beside it, over TLS: a
 * damaged or cut-off file is noticed. The file is there whole or not at all.
 *
 * @throws SiteUnavailable when the site refuses or is silent, CommandFailure when it answers otherwise than expected
 * or the checksum differs.
 */
export async function download(
    { binary, checksum }: Source,
    file: string,
    options: RequestOptions = {},
): Promise<void> {
    const [content, published] = await Promise.all([
        fetchFile(binary, options),
        fetchFile(checksum, options),
    ]);
    const expected = /^[0-9a-f]{64}\b/.exec(published.toString())?.[0];
    const actual = createHash("sha256").update(content).digest("hex");
    if (actual !== expected) {
        throw new CommandFailure(
            `${binary} has the SHA-256 ${actual}, but its publisher states ${expected ?? "none"} at ${checksum}.`,
            `Run this again. If it stays so: ${insteadOfDownload}`,
        );
    }
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    try {
        await writeFile(temporary, content);
        await chmod(temporary, 0o755);
        await rename(temporary, file);
    } finally {
        await rm(temporary, { force: true });
    }
}

/** The addresses of a tool in a version, for this machine. */
export function sourceOf(tool: DownloadedTool, version: string): Source {
    const system = process.platform === "win32" ? "windows" : process.platform;
    const architecture = process.arch === "x64" ? "amd64" : process.arch;
    switch (tool) {
        case "kind": {
            const binary = `https://kind.sigs.k8s.io/dl/v${version}/kind-${system}-${architecture}`;
            return { binary, checksum: `${binary}.sha256sum` };
        }
        case "kubectl": {
            const suffix = system === "windows" ? ".exe" : "";
            const binary = `https://dl.k8s.io/release/v${version}/bin/${system}/${architecture}/kubectl${suffix}`;
            return { binary, checksum: `${binary}.sha256` };
        }
    }
}
