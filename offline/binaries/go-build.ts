import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { execa } from "execa";
import * as v from "valibot";

import { CommandFailure } from "../../cli/terminal/failure.ts";
import { moduleFolder } from "./binary-folders.ts";
import {
    executableName,
    goFlags,
    goModules,
    recipes,
    type BinaryName,
    type GoModule,
    type Recipe,
} from "./recipes.ts";

/** Callbacks and signal of a build. */
export interface BuildContext {
    /** Takes a line of progress. */
    readonly report: (line: string) => void;
    /** Ends the build when aborted. */
    readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between two lines of progress. */
const progressInterval = 10_000;

/** Without a C compiler the programs are static and run in any image. */
const environment = { CGO_ENABLED: "0", GOWORK: "off" };

/**
 * Builds programs of one Go module with one command, which compiles side by side and each package once.
 *
 * @param folder An empty folder for the build; the programs are there under their names afterwards.
 * @throws CommandFailure when there is no Go, or the build fails.
 */
export async function buildGoPrograms(
    module: GoModule,
    names: readonly BinaryName[],
    folder: string,
    context: BuildContext,
): Promise<void> {
    const packages = names.map((name) => goPackage(name));
    const overlay = await writeOverlay(module, folder, context);

    context.report(`${names.join(", ")}: getting the sources`);
    const all = await go(module, ["list", "-deps", ...goFlags, overlay, ...packages], context);
    const total = all.split("\n").length;

    const output = join(folder, "go");
    await mkdir(output);
    const variables = Object.entries(goModules[module].variables);
    const linker = ["-s", "-w", ...variables.map(([name, value]) => `-X=${name}=${value}`)].join(" ");
    let compiled = 0;
    const progress = setInterval(() => {
        context.report(`${names.join(", ")}: compiled ${String(compiled)} of ${String(total)} packages`);
    }, progressInterval);
    try {
        await go(
            module,
            ["build", "-v", ...goFlags, overlay, `-ldflags=${linker}`, "-o", `${output}/`, ...packages],
            context,
            (line) => {
                // With -v, go names each package that it compiles, and nothing else but errors has no space.
                compiled += line.includes(" ") ? 0 : 1;
            },
        );
    } finally {
        clearInterval(progress);
    }
    for (const name of names) {
        await rename(join(output, executableName(goPackage(name))), join(folder, name));
    }
}

/**
 * The folder with the sources of a Go module that one of this folder's modules depends on, downloaded if need be.
 *
 * @param dependency The module's path.
 * @throws CommandFailure when there is no Go, or the module can't be downloaded.
 */
export async function dependencyFolder(
    module: GoModule,
    dependency: string,
    context: BuildContext,
): Promise<string> {
    const answer = await go(module, ["mod", "download", "-json", dependency], context);
    return v.parse(v.object({ Dir: v.string() }), JSON.parse(answer)).Dir;
}

function goPackage(name: BinaryName): string {
    const recipe: Recipe = recipes[name];
    if (!("package" in recipe)) {
        throw new Error(`${name} is not built with Go.`);
    }
    return recipe.package;
}

/** Tells Go to take the embedded files from the modules that hold them. Returns the flag. */
async function writeOverlay(module: GoModule, folder: string, context: BuildContext): Promise<string> {
    const replaced: Record<string, string> = {};
    for (const { file, sourceModule, source } of goModules[module].embedded) {
        replaced[join(moduleFolder(module), file)] = join(
            await dependencyFolder(module, sourceModule, context),
            source,
        );
    }
    const overlay = join(folder, "overlay.json");
    await writeFile(overlay, JSON.stringify({ Replace: replaced }));
    return `-overlay=${overlay}`;
}

async function go(
    module: GoModule,
    args: readonly string[],
    { signal }: BuildContext,
    onErrorLine?: (line: string) => void,
): Promise<string> {
    const running = execa("go", args, {
        cwd: moduleFolder(module),
        env: environment,
        stdin: "ignore",
        reject: false,
        ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    if (onErrorLine !== undefined) {
        createInterface({ input: running.stderr }).on("line", onErrorLine);
    }
    const result = await running;
    signal?.throwIfAborted();
    if (result.failed) {
        throw goFailure(args[0] ?? "", result.code, result.stderr);
    }
    return result.stdout;
}

function goFailure(subcommand: string, code: string | undefined, output: string): CommandFailure {
    if (code === "ENOENT") {
        return new CommandFailure(
            "Programs have to be built from source here, and for that there is no `go` on PATH.",
            "Install Go 1.26 or newer, or install pulumi, kind and kubectl and make the download sites reachable.",
        );
    }
    const complaints = output.split("\n").filter((line) => line.includes(" "));
    return new CommandFailure(
        `\`go ${subcommand}\` failed: ${complaints.slice(-12).join("\n")}`,
        "Go takes sources from the proxy in GOPROXY (`go env GOPROXY`): check that it answers. What was compiled is kept.",
    );
}
