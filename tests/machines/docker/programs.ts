import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { run } from "../../../cli/process/run.ts";
import { dependencyFolder } from "../../../offline/binaries/go-build.ts";
import { provideBinaries } from "../../../offline/binaries/provide.ts";
import { goBuild, machinesFolder } from "../go-build.ts";

/** Everything of the machine that is kept for the next run. */
export const machineFolder = join(machinesFolder, "docker");

/** The machine's own programs: docker, dockerd and registry. */
export const programFolder = join(machineFolder, "bin");

/** The kind that there is for download. */
export const publishedKind = join(machineFolder, "published", "kind");

const dockerVersion = "28.5.2";

/**
 * Docker's modules have no go.mod, for which Go takes the language of its version 1.16, where all rounds of a loop share
 * one variable. The engine's listing of images, written for a later version, then has some twice and others not at all.
 */
const dockerLanguage = "-dwarf=false -lang=go1.24";

/** Builds the engine, its client and the registry. */
export async function buildPrograms(): Promise<void> {
    // Nothing else: what an earlier version of this built there would be found.
    await rm(join(programFolder, "kind"), { force: true });
    await mkdir(programFolder, { recursive: true });
    await goBuild(join(import.meta.dirname, "registry"), ["-ldflags=-s -w", "-o", `${programFolder}/`, "."]);
    const versions = ["docker/dockerversion", "cli/cli/version"].map(
        (name) => `-X=github.com/docker/${name}.Version=${dockerVersion}`,
    );
    await goBuild(join(import.meta.dirname, "engine"), [
        `-gcflags=github.com/docker/docker/...=${dockerLanguage}`,
        `-gcflags=github.com/docker/cli/...=${dockerLanguage}`,
        "-tags=exclude_graphdriver_btrfs netgo osusergo static_build no_systemd",
        `-ldflags=-s -w ${versions.join(" ")}`,
        "-o",
        `${programFolder}/`,
        "github.com/docker/docker/cmd/dockerd",
        "github.com/docker/cli/cmd/docker",
    ]);
}

/** The folders of the programs that the engine starts; runc is Debian's. */
export async function engineProgramFolders(): Promise<string[]> {
    const programs = await provideBinaries(["containerd", "containerd-shim-runc-v2", "ctr"], quietly);
    return Object.values(programs).map((file) => dirname(file));
}

/**
 * Builds the kind that a publisher would have released together with the mirror's node image: by default it makes
 * clusters of that image. A released kind names by its digest an image that can't be made here.
 *
 * @param nodeImage with its digest
 */
export async function buildKind(nodeImage: string): Promise<void> {
    const source = join(machineFolder, "kind-source");
    await rm(source, { recursive: true, force: true });
    await cp(await dependencyFolder("node", "sigs.k8s.io/kind", quietly), source, { recursive: true });
    // The module cache is read-only, and so are copies of what is in it.
    await run("chmod", ["-R", "u+w", source]);
    const defaults = join(source, "pkg/apis/config/defaults/image.go");
    const text = await readFile(defaults, "utf8");
    const changed = text.replace(/"kindest\/node:[^"]+"/, JSON.stringify(nodeImage));
    if (changed === text) {
        throw new Error(`${defaults} names no node image any more.`);
    }
    await writeFile(defaults, changed);
    await mkdir(dirname(publishedKind), { recursive: true });
    await goBuild(source, ["-ldflags=-s -w", "-o", publishedKind, "."]);
    await rm(source, { recursive: true });
}

const quietly = { report: () => undefined };
