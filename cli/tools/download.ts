import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { run } from "../process/run.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { fetchFile, insteadOfDownload, type RequestOptions } from "./site-request.ts";
import type { Provider, ToolName } from "./tool-versions.ts";

/** A file at its publisher's. */
export interface Source {
    /** The address of a program, or of an archive. */
    readonly file: string;
    /** The address of a text with the file's SHA-256, as its publisher states it. */
    readonly checksums?: string;
    /** True for an archive whose one folder has the program among other files. */
    readonly unpack?: boolean;
}

/**
 * Downloads an official file and compares it with the checksum that its publisher states, over TLS: a damaged or cut-off
 * file is noticed. It is there whole or not at all.
 *
 * @param file the path of the program, in a folder of its own; what comes with it lies beside it
 * @throws SiteUnavailable when the site refuses or is silent, CommandFailure when it answers otherwise than expected
 * or the checksum differs.
 */
export async function download(source: Source, file: string, options: RequestOptions = {}): Promise<void> {
    const content = await fetchVerified(source, options);
    const folder = dirname(file);
    await mkdir(dirname(folder), { recursive: true });
    const unfinished = await mkdtemp(`${folder}-`);
    try {
        if (source.unpack === true) {
            const archive = `${unfinished}.tar.gz`;
            try {
                await writeFile(archive, content);
                await run("tar", ["-xzf", archive, "-C", unfinished, "--strip-components", "1"], options);
            } finally {
                await rm(archive, { force: true });
            }
        } else {
            await writeFile(join(unfinished, basename(file)), content, { mode: 0o755 });
        }
        await rename(unfinished, folder).catch((error: unknown) => {
            // Another command was faster.
            if (!existsSync(file)) {
                throw error;
            }
        });
    } finally {
        await rm(unfinished, { recursive: true, force: true });
    }
}

/** Fetches a file and its checksum, and compares them. */
async function fetchVerified({ file, checksums }: Source, options: RequestOptions): Promise<Buffer> {
    if (checksums === undefined) {
        return await fetchFile(file, options);
    }
    const [content, stated] = await Promise.all([fetchFile(file, options), fetchFile(checksums, options)]);
    const expected = statedChecksum(stated.toString(), basename(file));
    const actual = createHash("sha256").update(content).digest("hex");
    if (actual !== expected) {
        throw new CommandFailure(
            `${file} has the SHA-256 ${actual}, but its publisher states ${expected ?? "none"} at ${checksums}.`,
            `Run this again. If it stays so: ${insteadOfDownload}`,
        );
    }
    return content;
}

/** Finds the checksum of a file in a publisher's text: the only one, or that in the line with the file's name. */
function statedChecksum(text: string, name: string): string | undefined {
    const lines = [...text.matchAll(/^([0-9a-f]{64})(?:[ \t]+\*?(\S+))?[ \t]*$/gm)];
    return (lines.length === 1 ? lines[0] : lines.find(([, , file]) => file === name))?.[1];
}

/** Finds the addresses of a tool in a version, for this machine. */
export function sourceOfTool(tool: ToolName, version: string): Source {
    switch (tool) {
        case "pulumi": {
            const release = `https://github.com/pulumi/pulumi/releases/download/v${version}`;
            return {
                file: `${release}/pulumi-v${version}-${system}-${process.arch}.tar.gz`,
                checksums: `${release}/pulumi-${version}-checksums.txt`,
                unpack: true,
            };
        }
        case "kind": {
            const file = `https://kind.sigs.k8s.io/dl/v${version}/kind-${system}-${architecture}`;
            return { file, checksums: `${file}.sha256sum` };
        }
        case "kubectl": {
            const suffix = system === "windows" ? ".exe" : "";
            const file = `https://dl.k8s.io/release/v${version}/bin/${system}/${architecture}/kubectl${suffix}`;
            return { file, checksums: `${file}.sha256` };
        }
    }
}

/**
 * Finds the address of a provider in a version, for this machine: where the CLI looks first. The CLI compares it with
 * nothing; a cut-off archive can't be installed.
 */
export function sourceOfProvider(provider: Provider, version: string): Source {
    const release = `https://github.com/pulumi/pulumi-${provider}/releases/download/v${version}`;
    return { file: `${release}/pulumi-resource-${provider}-v${version}-${system}-${architecture}.tar.gz` };
}

const system = process.platform === "win32" ? "windows" : process.platform;
const architecture = process.arch === "x64" ? "amd64" : process.arch;
