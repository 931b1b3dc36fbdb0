import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { run } from "../../cli/process/run.ts";

/** An image of one layer. */
export interface ArchiveImage {
    /** Its full names. */
    readonly names: readonly string[];
    /** A tar archive of its root file system. */
    readonly layer: string;
    readonly entrypoint: readonly string[];
}

/** Image configuration's names of architectures for Node.js' (both of the OCI image specification's GOARCH). */
const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * Writes images into one archive in the format of `docker save`, which every engine and containerd read. So images
 * for inside the node never pass through the machine's own store.
 *
 * @param folder An empty folder for the parts; the layers are moved into it.
 */
export async function writeImageArchive(
    images: readonly ArchiveImage[],
    folder: string,
    archive: string,
    signal: AbortSignal | undefined,
): Promise<void> {
    await mkdir(folder, { recursive: true });
    const manifest = [];
    for (const { names, layer, entrypoint } of images) {
        const digest = await sha256(layer);
        const layerName = `${digest}.tar`;
        await rename(layer, join(folder, layerName));
        const configuration = JSON.stringify({
            architecture: architectures[process.arch] ?? process.arch,
            os: "linux",
            config: {
                Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                Entrypoint: entrypoint,
                WorkingDir: "/",
            },
            rootfs: { type: "layers", diff_ids: [`sha256:${digest}`] },
        });
        const configurationName = `${createHash("sha256").update(configuration).digest("hex")}.json`;
        await writeFile(join(folder, configurationName), configuration);
        manifest.push({ Config: configurationName, RepoTags: names, Layers: [layerName] });
    }
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    await run("tar", ["--create", "--file", archive, "--directory", folder, "."], { signal });
}

async function sha256(path: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
}
