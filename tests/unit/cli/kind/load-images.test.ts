import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";

import { loadImages } from "../../../../cli/kind/load-images.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const full = `docker.io/library/redis@${digest}`;
const saved = `localhost/multitier/by-digest:${"0123456789abcdef".repeat(4)}`;

describe("images that are loaded into a cluster's nodes", () => {
    let folder: string;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "load-images-"));
    });
    afterEach(async () => {
        await rm(folder, { recursive: true });
    });

    /** Loads images into two nodes, of which the second has what `listing` says, and returns what the tools did. */
    async function load(images: readonly string[], command: "docker" | "podman", listing: object) {
        const log = join(folder, "log");
        await writeFile(log, "");
        const tool = (name: string, ...cases: readonly string[]): Promise<void> =>
            writeFile(
                join(folder, name),
                ["#!/bin/sh", 'case "$*" in', ...cases, `*) echo "${name} $*" >> ${log} ;;`, "esac"].join(
                    "\n",
                ),
                { mode: 0o755 },
            );
        await writeFile(join(folder, "listing"), JSON.stringify({ images: [{ id: "untagged" }, listing] }));
        // containerd is starting still when it is asked for the first time.
        const started = join(folder, "started");
        const load = `load*) [ -e ${started} ] && echo "kind $*" >> ${log} ;;`;
        await tool("kind", '"get nodes"*) echo one; echo two ;;', load);
        const starting = `*"ctr version") [ -e ${started} ] || { touch ${started}; exit 1; } ;;`;
        await tool(
            command,
            starting,
            "version*|info*) echo '{}' ;;",
            `*crictl*) cat ${join(folder, "listing")} ;;`,
        );
        const PATH = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
        const options = {
            name: "multitier-unit",
            tools: { kind: join(folder, "kind") },
            engine: { command, environment: { PATH } },
            supply: {
                images: async (names: readonly string[]) => {
                    await writeFile(log, `supply ${names.join(" ")}\n`, { flag: "a" });
                },
            },
            report: () => undefined,
            confirm: () => Promise.resolve(true),
        };
        await loadImages({ tiers: [], named: images }, options);
        const done = (await readFile(log, "utf8")).trimEnd();
        return done.replace(/\S+\/load-\w+\//g, "");
    }

    for (const name of [full, `redis@${digest}`, `redis:8.0@${digest}`]) {
        it(`are left alone where they are there: ${name.slice(0, 20)}…, by its digest`, async () => {
            expect(await load([name], "docker", { repoTags: [], repoDigests: [full] })).to.equal("");
        });
    }

    for (const [command, save, untag] of [
        ["docker", "save --output", `image rm ${saved}`],
        ["podman", "save --multi-image-archive --output", `untag ${full} ${saved}`],
    ] as const) {
        it(`are known there by the digest that ${command} got them by`, async () => {
            const done = await load(["redis:8.0", `redis:8.0@${digest}`], command, { repoTags: [] });
            expect(done.split("\n")).to.deep.equal([
                `supply docker.io/library/redis:8.0 ${full}`,
                `${command} tag ${full} ${saved}`,
                `${command} ${save} images.tar docker.io/library/redis:8.0 ${saved}`,
                "kind load image-archive images.tar --name multitier-unit",
                `${command} exec one ctr --namespace=k8s.io images tag --force ${saved} ${full}`,
                `${command} exec two ctr --namespace=k8s.io images tag --force ${saved} ${full}`,
                `${command} ${untag}`,
            ]);
        });
    }
});
