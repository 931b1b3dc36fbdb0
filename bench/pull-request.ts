import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { execa } from "execa";
import { parseDocument } from "yaml";

import { run } from "../cli/process/run.ts";
import { projectFolder } from "../cli/session/project.ts";
import { manifests } from "./creation.ts";
import { describeRow, part, type Measurement } from "./measurement.ts";
import { deleteNamespaces } from "./environment.ts";
import { createStack, devConfig, type Program } from "./program.ts";
import { preview, up } from "./pulumi.ts";
import { ratioOf } from "./statistics.ts";
import { byTurns } from "./turns.ts";
import type { BenchEnvironment } from "./environment.ts";

const stack = "pull-request";

/** Measures the wait of somebody who asks what a pull request changes: one with one changed setting. */
export const pullRequest: Measurement = {
    rows: ["preview-command", "against"],
    async measure(bench, turns) {
        const program = await createCheckout(bench);
        bench.report("bringing the stack up");
        await up(bench, program);
        const kustomization = await createKustomization(bench, await manifests(bench, program));
        await changeSetting(program);

        const command = (...args: string[]) =>
            seconds(bench, program, process.execPath, ["cli/start.mjs", ...args]);
        const { kubectl } = bench;
        const context = describeRow(turns);
        const runs = await byTurns(
            {
                command: () => command("preview", "--stack", stack),
                plain: async () => (await preview(bench, program)).seconds,
                against: () => command("preview", "--against", "HEAD", "--stack", stack),
                // A comparison renders both revisions.
                kustomize: async () =>
                    (await seconds(bench, program, kubectl, ["kustomize", kustomization])) +
                    (await seconds(bench, program, kubectl, ["kustomize", kustomization])),
                start: () => command("preview", "--help"),
            },
            turns,
            bench.report,
        );
        await deleteNamespaces(bench);
        const all = (name: keyof (typeof runs)[number]): number[] => runs.map((turn) => turn[name]);
        return {
            rows: [
                {
                    ...context,
                    id: "preview-command",
                    title: "`npm run preview` of the dev stack with one changed setting / the plain `pulumi preview` of the same",
                    target: 1.15,
                    ratio: ratioOf(all("command"), all("plain")),
                    parts: [
                        part("`preview`", "s", all("command")),
                        part("`pulumi preview`", "s", all("plain")),
                        part("of it until the command's options are read", "s", all("start")),
                    ],
                },
                {
                    ...context,
                    id: "against",
                    title: "`npm run preview -- --against HEAD` of the same / `kubectl kustomize` of both revisions' manifests from files",
                    ratio: ratioOf(all("against"), all("kustomize")),
                    parts: [
                        part("`preview --against HEAD`", "s", all("against")),
                        part("`kubectl kustomize`, twice", "s", all("kustomize")),
                    ],
                },
            ],
        };
    },
};

/** The project as it is, in a git repository of its own, with a stack beside the others. */
async function createCheckout(bench: BenchEnvironment): Promise<Program> {
    const { signal } = bench;
    const folder = join(bench.folder, stack);
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    const files = await run("git", ["-C", projectFolder, ...listed], { signal });
    for (const file of files.split("\0").filter((name) => name !== "")) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await copyFile(join(projectFolder, file), join(folder, file));
    }
    await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"), "junction");
    const program = await createStack(bench, folder, stack, devConfig(bench));
    const git = async (...args: string[]): Promise<unknown> =>
        await run("git", ["-C", folder, ...args], { signal });
    await git("init", "--quiet");
    await git("add", "--all");
    const author = [
        "-c",
        "user.name=bench",
        "-c",
        "user.email=bench@localhost",
        "-c",
        "commit.gpgsign=false",
    ];
    await git(...author, "commit", "--quiet", "--no-verify", "--message=bench");
    return program;
}

/** Makes the change of the pull request. */
async function changeSetting({ folder }: Program): Promise<void> {
    const file = join(folder, `Pulumi.${stack}.yaml`);
    const document = parseDocument(await readFile(file, "utf8"));
    document.setIn(["config", "multitier:client"], { replicas: 3 });
    await writeFile(file, document.toString());
}

async function createKustomization(bench: BenchEnvironment, list: string): Promise<string> {
    const folder = join(bench.folder, "kustomization");
    await mkdir(folder);
    await writeFile(join(folder, "manifests.json"), list, { mode: 0o600 });
    await writeFile(join(folder, "kustomization.yaml"), "resources: [manifests.json]\n");
    return folder;
}

async function seconds(
    { environment, signal }: BenchEnvironment,
    { folder }: Program,
    command: string,
    args: readonly string[],
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
