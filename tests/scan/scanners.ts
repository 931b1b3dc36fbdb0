import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../cli/process/run.ts";
import { cacheFolder } from "../../cli/process/folders.ts";

const kubeScoreVersion = "1.20.0";
const checkovVersion = "3.2.495";

/** kube-score, built from its Go module into the cache. Returns the program's path. */
export async function provideKubeScore(): Promise<string> {
    const folder = join(cacheFolder, `kube-score-${kubeScoreVersion}`);
    const program = join(folder, "kube-score");
    if (!existsSync(program)) {
        await mkdir(folder, { recursive: true });
        await run("go", ["install", `github.com/zegl/kube-score/cmd/kube-score@v${kubeScoreVersion}`], {
            environment: { GOBIN: folder },
        });
    }
    return program;
}

/** checkov, installed with pip into a virtual environment in the cache. Returns the program's path. */
export async function provideCheckov(): Promise<string> {
    const folder = join(cacheFolder, `checkov-${checkovVersion}`);
    const program = join(folder, "bin", "checkov");
    if (!existsSync(program)) {
        await run("python3", ["-m", "venv", "--clear", folder]);
        await run(join(folder, "bin", "pip"), ["install", "--quiet", `checkov==${checkovVersion}`]);
    }
    return program;
}
