import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { run } from "../../../cli/process/run.ts";
import { sourceOfProvider, sourceOfTool, type Source } from "../../../cli/tools/download.ts";
import { providerVersions, toolVersions } from "../../../cli/tools/tool-versions.ts";
import { provideBinaries } from "../../../offline/binaries/provide.ts";
import { machineFolder, publishedKind } from "./programs.ts";

const archivesFolder = join(machineFolder, "published");

const quietly = { report: () => undefined };

/**
 * Lays out what the publishers have for download, made of what `offline/` builds, but kind: the machine has its own.
 *
 * @returns the content of each address
 */
export async function publishedFiles(): Promise<ReadonlyMap<string, Buffer>> {
    const programs = await provideBinaries(
        [
            "pulumi",
            "pulumi-language-nodejs",
            "pulumi-resource-kubernetes",
            "pulumi-resource-random",
            "kubectl",
        ],
        quietly,
    );
    const { kubernetes, random } = providerVersions;
    const files = new Map<string, Buffer>();
    // As Pulumi's has it: one folder with all programs.
    const pulumi = await archiveOf(programs.pulumi, "pulumi/", ["pulumi", "pulumi-language-nodejs"]);
    await publish(files, sourceOfTool("pulumi", toolVersions.pulumi), pulumi);
    await publish(files, sourceOfTool("kind", toolVersions.kind), publishedKind);
    await publish(files, sourceOfTool("kubectl", toolVersions.kubectl), programs.kubectl);
    const resource = (program: string): Promise<string> => archiveOf(program, "", [basename(program)]);
    await publish(
        files,
        sourceOfProvider("kubernetes", kubernetes),
        await resource(programs["pulumi-resource-kubernetes"]),
    );
    await publish(
        files,
        sourceOfProvider("random", random),
        await resource(programs["pulumi-resource-random"]),
    );
    return files;
}

/** Packs programs of one folder, if that has not been done before. */
async function archiveOf(program: string, prefix: string, names: readonly string[]): Promise<string> {
    // Its name changes with what the program is made of.
    const folder = dirname(program);
    const archive = join(archivesFolder, `${basename(program)}-${basename(folder)}.tar.gz`);
    if (!existsSync(archive)) {
        await mkdir(archivesFolder, { recursive: true });
        const unfinished = `${archive}.${process.pid}`;
        await run("tar", [
            ...["--create", "--use-compress-program=gzip -1", "--file", unfinished],
            ...["--directory", folder, `--transform=s,^,${prefix},`, ...names],
        ]);
        await rename(unfinished, archive);
    }
    return archive;
}

async function publish(files: Map<string, Buffer>, { file, checksums }: Source, path: string): Promise<void> {
    const content = await readFile(path);
    files.set(file, content);
    if (checksums !== undefined) {
        const sum = createHash("sha256").update(content).digest("hex");
        // A list has files for other machines, too.
        files.set(checksums, Buffer.from(`${"0".repeat(64)}  another\n${sum}  ${basename(file)}\n`));
    }
}
