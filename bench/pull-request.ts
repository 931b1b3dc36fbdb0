import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseDocument } from "yaml";

import { commitAll, createCheckout, secondsOf } from "./checkout.ts";
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
        const program = await createProgram(bench);
        bench.report("bringing the stack up");
        await up(bench, program);
        const kustomization = await createKustomization(bench, await manifests(bench, program));
        await changeSetting(program);

        const here = { ...bench, folder: program.folder };
        const command = (...args: string[]) => secondsOf(process.execPath, ["cli/start.mjs", ...args], here);
        const { kubectl } = bench;
        const context = describeRow(turns);
        const runs = await byTurns(
            {
                command: () => command("preview", "--stack", stack),
                plain: async () => (await preview(bench, program)).seconds,
                against: () => command("preview", "--against", "HEAD", "--stack", stack),
                // A comparison renders both revisions.
                kustomize: async () =>
                    (await secondsOf(kubectl, ["kustomize", kustomization], here)) +
                    (await secondsOf(kubectl, ["kustomize", kustomization], here)),
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
                    figure: ratioOf(all("command"), all("plain")),
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
                    figure: ratioOf(all("against"), all("kustomize")),
                    parts: [
                        part("`preview --against HEAD`", "s", all("against")),
                        part("`kubectl kustomize`, twice", "s", all("kustomize")),
                    ],
                },
            ],
        };
    },
};

/** The project as it is, with a stack beside the others. */
async function createProgram(bench: BenchEnvironment): Promise<Program> {
    const folder = await createCheckout(bench, stack);
    const program = await createStack(bench, folder, stack, devConfig(bench));
    await commitAll(bench, folder);
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
