import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";

/** A kind that knows no cluster, can't pull its own node image, and makes none of another. */
const failingKind = `#!/bin/sh
if [ "$1 $2" = "create cluster" ]; then
    if grep -q made-here; then
        echo 'ERROR: failed to create cluster: no such image' >&2
        exit 1
    fi
    echo ' • Ensuring node image (kindest/node:v1) 🖼  ...' >&2
    echo 'ERROR: failed to create cluster: failed to pull image "kindest/node:v1@sha256:00": exit status 1' >&2
    echo >&2
    echo 'Command Output: no such host' >&2
    exit 1
fi
`;

const toldSchema = v.object({ steps: v.array(v.string()), asked: v.array(v.string()), failure: v.string() });

const module = JSON.stringify(new URL("../../../../cli/kind/kind.ts", import.meta.url).href);

describe("a kind cluster that is made", () => {
    let folder = "";
    let told: v.InferOutput<typeof toldSchema>;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "create-cluster-"));
        const kind = join(folder, "kind");
        writeFileSync(kind, failingKind);
        chmodSync(kind, 0o755);
        const options = { name: "multitier-unit", hostPort: 0, kubeconfig: join(folder, "kubeconfig") };
        const script = `
            import { createCluster } from ${module};
            const steps = [];
            const asked = [];
            const failure = await createCluster({
                ...${JSON.stringify(options)},
                tools: { kind: ${JSON.stringify(kind)} },
                engine: { command: "docker", environment: {} },
                supply: {
                    nodeImage: (engine, context, refusal) => {
                        asked.push(refusal?.message ?? "");
                        return Promise.resolve(refusal === undefined ? undefined : "made-here:1");
                    },
                },
                confirm: () => Promise.resolve(true),
                report: (line) => steps.push(line),
            }, (nodesRun) => nodesRun).catch((error) => error.message);
            console.log(JSON.stringify({ steps, asked, failure }));`;
        // In a process of its own, which looks for the project's data elsewhere.
        const { stdout, stderr } = spawnSync(
            process.execPath,
            ["--import", "tsx", "--input-type=module", "--eval", script],
            { encoding: "utf8", env: { ...process.env, XDG_DATA_HOME: folder } },
        );
        expect(stderr).to.equal("");
        told = v.parse(toldSchema, JSON.parse(stdout));
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("has kind's first step told, which is where it pulls the node image", () => {
        expect(told.steps).to.deep.equal(["Ensuring node image (kindest/node:v1)"]);
    });

    it("is made of kind's own node image, and where that can't be pulled, of one that is made here", () => {
        expect(told.asked).to.deep.equal(["", "kindest/node:v1 can't be pulled: no such host"]);
    });

    it("has the reason told of a kind that fails at once", () => {
        expect(told.failure).to.include("ERROR: failed to create cluster: no such image");
    });
});

describe("what is done while a kind cluster is made", () => {
    it("begins once the nodes run containers, and its failure is told when the cluster is whole", () => {
        const folder = mkdtempSync(join(tmpdir(), "create-cluster-"));
        const kind = join(folder, "kind");
        const kubeconfig = join(folder, "kubeconfig");
        writeFileSync(
            kind,
            `#!/bin/sh
            echo ' • Preparing nodes 📦  ...' >&2
            echo ' • Starting control-plane 🕹️  ...' >&2
            touch ${kubeconfig}`,
            { mode: 0o755 },
        );
        const options = { name: "multitier-unit", hostPort: 0, kubeconfig };
        const script = `
            import { existsSync } from "node:fs";
            import { createCluster } from ${module};
            const steps = [];
            const atStart = [];
            const failure = await createCluster({
                ...${JSON.stringify(options)},
                tools: { kind: ${JSON.stringify(kind)} },
                engine: { command: "docker", environment: {} },
                supply: { nodeImage: () => Promise.resolve("made-here:1") },
                confirm: () => Promise.resolve(true),
                report: (line) => steps.push(line),
            }, async (nodesRun) => {
                await nodesRun;
                atStart.push(...steps);
                throw new Error("The images can't be copied.");
            }).catch((error) => error.message);
            const unfinished = existsSync(${JSON.stringify(join(folder, "multitier/creating-multitier-unit.json"))});
            console.log(JSON.stringify({ failure, atStart, unfinished }));`;
        try {
            const { stdout } = spawnSync(
                process.execPath,
                ["--import", "tsx", "--input-type=module", "--eval", script],
                { encoding: "utf8", env: { ...process.env, XDG_DATA_HOME: folder } },
            );
            expect(JSON.parse(stdout)).to.deep.equal({
                failure: "The images can't be copied.",
                atStart: ["Preparing nodes", "Starting control-plane"],
                unfinished: false,
            });
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
