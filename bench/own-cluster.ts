import { readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import * as v from "valibot";
import { parseDocument } from "yaml";

import { run } from "../cli/process/run.ts";
import { createCheckout, secondsOf } from "./checkout.ts";
import type { BenchEnvironment } from "./environment.ts";
import { describeRow, part, type Measurement } from "./measurement.ts";
import { ratioOf, spreadOf } from "./statistics.ts";
import { byTurns } from "./turns.ts";

const context = "kind-multitier-bench";

/** Measures the commands of every day in a cluster of the project's own, which each turn makes and removes. */
export const ownCluster: Measurement = {
    rows: ["up-command", "from-no-cluster", "verify", "down-with-cluster"],
    async measure(bench, turns) {
        const folder = await createCheckout(bench, "own-cluster");
        await nameCluster(folder, await freePort());
        // The cache is everybody's: what is measured has all that it needs on the machine.
        const environment = { XDG_DATA_HOME: join(folder, ".data"), XDG_STATE_HOME: join(folder, ".state") };
        const here = { ...bench, folder, environment };
        const npm = (...args: string[]) => secondsOf("npm", ["run", "--silent", ...args], here);
        const down = () => npm("down", "--", "--yes", "--cluster");
        const plain = async () => {
            const plainHere = { ...here, environment: await plainEnvironment(here) };
            return await secondsOf(
                bench.pulumi,
                ["up", "--yes", "--skip-preview", "--non-interactive"],
                plainHere,
            );
        };
        const state = describeRow(turns);
        try {
            const runs = await byTurns(
                {
                    fromNothing: () => npm("up"),
                    // Two pairs in each turn: it is the ratio that takes many.
                    up: () => npm("up"),
                    plain,
                    upAgain: () => npm("up"),
                    plainAgain: plain,
                    verify: () => npm("verify"),
                    down,
                },
                turns,
                bench.report,
            );
            const all = (...names: (keyof (typeof runs)[number])[]): number[] =>
                runs.flatMap((turn) => names.map((name) => turn[name]));
            const command = all("up", "upAgain");
            const pulumi = all("plain", "plainAgain");
            return {
                rows: [
                    {
                        ...state,
                        id: "up-command",
                        title: "`npm run up` of the dev stack without changes, whole command / the plain `pulumi up` of the same",
                        target: 2,
                        figure: ratioOf(command, pulumi),
                        parts: [
                            part("`npm run up`", "s", command),
                            part("`pulumi up --yes --skip-preview`", "s", pulumi),
                        ],
                    },
                    {
                        ...state,
                        id: "from-no-cluster",
                        title: "`npm run up` from no cluster to the URL, with all that it needs on the machine",
                        target: 45,
                        unit: "s",
                        figure: spreadOf(all("fromNothing")),
                        parts: [],
                    },
                    {
                        ...state,
                        id: "verify",
                        title: "`npm run verify` of the dev stack",
                        target: 10,
                        unit: "s",
                        figure: spreadOf(all("verify")),
                        parts: [],
                    },
                    {
                        ...state,
                        id: "down-with-cluster",
                        title: "`npm run down -- --cluster`",
                        target: 20,
                        unit: "s",
                        figure: spreadOf(all("down")),
                        parts: [],
                    },
                ],
            };
        } finally {
            bench.report(`removing the cluster of ${context}`);
            // Not to be stopped by the signal that stopped the rest.
            await secondsOf("npm", ["run", "--silent", "down", "--", "--yes", "--cluster"], {
                ...here,
                signal: new AbortController().signal,
            });
        }
    },
};

/** Has the dev stack name a cluster and a port that nobody else uses. */
async function nameCluster(folder: string, port: number): Promise<void> {
    const file = join(folder, "Pulumi.dev.yaml");
    const document = parseDocument(await readFile(file, "utf8"));
    document.setIn(["config", "multitier:context"], context);
    document.setIn(["config", "multitier:ingress", "externalPort"], port);
    await writeFile(file, document.toString());
}

async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** The environment that the commands run Pulumi in. */
async function plainEnvironment({
    folder,
    pulumi,
    environment,
    signal,
}: BenchEnvironment): Promise<Record<string, string>> {
    const script = `
        await import("./loader/commands.mjs");
        const { application, stackRef } = await import("./cli/session/project.ts");
        const { resolveStack } = await import("./cli/session/resolve-stack.ts");
        const { pulumiEnvironment } = await import("./cli/session/pulumi-environment.ts");
        const { toolEnvironment } = await import("./cli/tools/tools.ts");
        const resolved = await resolveStack(stackRef(application, "dev"), {});
        console.log(JSON.stringify(pulumiEnvironment(resolved, toolEnvironment(${JSON.stringify(pulumi)}))));`;
    const args = ["--input-type=module", "--eval", script];
    const output = await run("env", ["-C", folder, process.execPath, ...args], { environment, signal });
    const found = v.parse(v.record(v.string(), v.string()), JSON.parse(output));
    // That process' own folder is gone.
    return { ...found, TMPDIR: tmpdir() };
}
