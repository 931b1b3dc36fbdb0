import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { run } from "../process/run.ts";
import { cacheFolder } from "../process/folders.ts";
import { workflowFiles } from "./workflow-files.ts";

const version = "1.7.12";

/** actionlint, built from its Go module into the cache. Returns the program's path. */
async function provideActionlint(): Promise<string> {
    const folder = join(cacheFolder, `actionlint-${version}`);
    const program = join(folder, "actionlint");
    if (!existsSync(program)) {
        await mkdir(folder, { recursive: true });
        await run("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${version}`], {
            environment: { GOBIN: folder },
        });
    }
    return program;
}

/**
 * Checks the workflows.
 *
 * @throws ExecaError with what is wrong with them
 */
export async function lintWorkflows(): Promise<void> {
    // Without the linters of shell and Python that a machine may or may not have.
    await run(await provideActionlint(), ["-no-color", "-shellcheck=", "-pyflakes=", ...workflowFiles()]);
}
