import { copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { execa } from "execa";

import { run } from "../cli/process/run.ts";
import { projectFolder } from "../cli/session/project.ts";
import type { BenchEnvironment } from "./environment.ts";

/** Copies the project as it is, in a git repository of its own, and returns its folder. */
export async function createCheckout({ folder, signal }: BenchEnvironment, name: string): Promise<string> {
    const checkout = join(folder, name);
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    const files = await run("git", ["-C", projectFolder, ...listed], { signal });
    for (const file of files.split("\0").filter((path) => path !== "")) {
        await mkdir(dirname(join(checkout, file)), { recursive: true });
        await copyFile(join(projectFolder, file), join(checkout, file));
    }
    await symlink(join(projectFolder, "node_modules"), join(checkout, "node_modules"), "junction");
    await run("git", ["-C", checkout, "init", "--quiet"], { signal });
    return checkout;
}

/** Commits all files of a checkout. */
export async function commitAll({ signal }: BenchEnvironment, checkout: string): Promise<void> {
    const settings = ["user.name=bench", "user.email=bench@localhost", "commit.gpgsign=false"];
    const git = ["-C", checkout, ...settings.flatMap((setting) => ["-c", setting])];
    await run("git", [...git, "add", "--all"], { signal });
    await run("git", [...git, "commit", "--quiet", "--no-verify", "--message=bench"], { signal });
}

/** Runs a command in a folder, and returns how long it took, in seconds. */
export async function secondsOf(
    command: string,
    args: readonly string[],
    { folder, environment, signal }: Pick<BenchEnvironment, "folder" | "environment" | "signal">,
): Promise<number> {
    const start = performance.now();
    await execa(command, args, {
        cwd: folder,
        env: { ...environment },
        stdin: "ignore",
        cancelSignal: signal,
    });
    return (performance.now() - start) / 1000;
}
