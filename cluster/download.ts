import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { CommandFailure, messageOf } from "./failure.ts";
import type { ToolName } from "./tool-versions.ts";

type DownloadedTool = Exclude<ToolName, "pulumi">;

/** Where the official binaries are, and their SHA-256 as their publishers state it. */
interface Source {
    readonly binary: string;
    readonly checksum: string;
}

/** Milliseconds in which a download site must answer to count as reachable. */
const answerTimeout = 3_000;

/** One address of each site that the usual way depends on: Pulumi's, Kubernetes', kind's and Docker's registry. */
const sites = [
    "https://get.pulumi.com/install.sh",
    "https://dl.k8s.io/release/stable.txt",
    "https://kind.sigs.k8s.io/",
    "https://registry-1.docker.io/v2/",
];

/** Whether all download sites answer. Known after three seconds at the latest, and at once where they are refused. */
export async function downloadsAnswer(): Promise<boolean> {
    try {
        await Promise.all(sites.map((site) => ask(site)));
        return true;
    } catch {
        return false;
    }
}

async function ask(site: string): Promise<void> {
    const { status } = await fetch(site, {
        method: "HEAD",
        redirect: "manual",
        signal: AbortSignal.timeout(answerTimeout),
    });
    // A registry answers an anonymous request with 401; a firewall's refusal is a 403 or 407.
    if (status >= 400 && status !== 401) {
        throw new Error(`${site} answers ${String(status)}.`);
    }
}

/**
 * Downloads the official binary and compares it with the checksum that its publisher states beside it, over TLS: a
 * damaged or cut-off file is noticed. The file is there whole or not at all.
 *
 * @throws CommandFailure when the site doesn't answer as expected or the checksum differs.
 */
export async function download(
    tool: DownloadedTool,
    version: string,
    file: string,
    signal: AbortSignal | undefined,
): Promise<void> {
    const { binary, checksum } = source(tool, version);
    const [content, published] = await Promise.all([get(binary, signal), get(checksum, signal)]);
    const expected = /^[0-9a-f]{64}\b/.exec(published.toString())?.[0];
    const actual = createHash("sha256").update(content).digest("hex");
    if (actual !== expected) {
        throw new CommandFailure(
            `${binary} has the SHA-256 ${actual}, but its publisher states ${expected ?? "none"} at ${checksum}.`,
            `Try again, or install ${tool} ${version} yourself.`,
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

function source(tool: DownloadedTool, version: string): Source {
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

async function get(address: string, signal: AbortSignal | undefined): Promise<Buffer> {
    let reason: string;
    try {
        const response = await fetch(address, signal === undefined ? {} : { signal });
        if (response.ok) {
            return Buffer.from(await response.arrayBuffer());
        }
        reason = `${String(response.status)} ${response.statusText}`;
    } catch (thrown) {
        signal?.throwIfAborted();
        // fetch itself says only that it failed; why is in the cause.
        reason = messageOf(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown);
    }
    throw new CommandFailure(
        `${address} can't be had: ${reason}`,
        "Use --offline to build the tools from package registries instead, or install them yourself.",
    );
}
