import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";

import { deleteCluster } from "../../../../cli/kind/kind.ts";

describe("a kind cluster that is deleted", () => {
    for (const [what, exitCode] of [
        ["is ended at once, so that nobody waits for its pods", 0],
        ["is deleted though its node was stopped and can't be ended", 1],
    ] as const) {
        it(what, async () => {
            const folder = mkdtempSync(join(tmpdir(), "delete-cluster-"));
            const log = join(folder, "log");
            const tool = (name: string, ...lines: readonly string[]): void => {
                const text = ["#!/bin/sh", `echo "${name} $*" >> ${log}`, ...lines].join("\n");
                writeFileSync(join(folder, name), text, { mode: 0o755 });
            };
            tool(
                "kind",
                'case "$2" in clusters) echo multitier-unit ;; nodes) echo one; echo two ;; cluster) ;; esac',
            );
            tool("docker", `exit ${exitCode}`);
            const kubeconfig = join(folder, "kubeconfig");
            writeFileSync(kubeconfig, "");
            const PATH = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
            try {
                await deleteCluster({
                    name: "multitier-unit",
                    kubeconfig,
                    tools: { kind: join(folder, "kind") },
                    engine: { command: "docker", environment: { PATH } },
                    report: () => undefined,
                });
                expect(readFileSync(log, "utf8").trimEnd().split("\n")).to.deep.equal([
                    "kind get clusters",
                    "kind get nodes --name multitier-unit",
                    "docker kill one two",
                    `kind delete cluster --name multitier-unit --kubeconfig ${kubeconfig}`,
                ]);
                expect(existsSync(kubeconfig)).to.equal(false);
            } finally {
                rmSync(folder, { recursive: true });
            }
        });
    }
});
