import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";

import type { ContainerEngine } from "../../../../cli/container-engine/engine.ts";
import { supplyFor } from "../../../../cli/supply/supply.ts";
import { SiteUnavailable } from "../../../../cli/tools/site-request.ts";
import { nodeImage } from "../../../../offline/images/node-image.ts";

const redis = "docker.io/library/redis:8.0";
const mysql = "docker.io/library/mysql:9.7";

describe("an engine that is asked for an image", () => {
    let folder: string;
    let questions: string[];

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "supply-images-"));
        questions = [];
    });
    afterEach(async () => {
        await rm(folder, { recursive: true });
    });

    /**
     * Writes an engine that notes what it is asked.
     *
     * @param cases of a shell: patterns over the arguments, and what it does then
     */
    async function engineThat(...cases: readonly string[]): Promise<ContainerEngine> {
        const script = [
            "#!/bin/sh",
            `echo "$*" >> ${join(folder, "asked")}`,
            'case "$*" in',
            ...cases.map((text) => `${text} ;;`),
            '"image inspect"*) exit 1 ;;',
            "esac",
        ].join("\n");
        await writeFile(join(folder, "docker"), script, { mode: 0o755 });
        const environment = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
        return { command: "docker", environment };
    }

    async function asked(): Promise<string[]> {
        const lines = (await readFile(join(folder, "asked"), "utf8")).trimEnd().split("\n");
        return lines.filter((line) => !line.startsWith("image inspect"));
    }

    const context = {
        report: () => undefined,
        confirm: (question: string): Promise<boolean> => {
            questions.push(question);
            return Promise.resolve(false);
        },
    };

    async function failureOf(work: Promise<unknown>): Promise<unknown> {
        return await work.then(
            () => undefined,
            (error: unknown) => error,
        );
    }

    it("pulls it, whatever this machine itself may reach: no registry is asked before", async () => {
        // A registry that nobody but this engine knows.
        const image = "registry.invalid/team/redis@sha256:00";
        await supplyFor({ offline: false }).images([redis, image], await engineThat(), context);
        expect((await asked()).sort()).to.deep.equal([`pull ${redis}`, `pull ${image}`]);
        expect(questions).to.deep.equal([]);
    });

    it("has it made after a question with the engine's reason, if it can't pull it", async () => {
        const engine = await engineThat(
            `"pull ${redis}") echo 'Error response from daemon: no such host' >&2; exit 1`,
        );
        const failure = await failureOf(
            supplyFor({ offline: false }).images([redis, mysql], engine, context),
        );
        expect(questions).to.deep.equal([
            `Make ${redis} here, from package registries (up to 2 minutes the first time)? ` +
                "It can't be downloaded: docker can't pull it: no such host.",
        ]);
        expect(failure).to.have.property("message").that.includes("not made here, as you answered no");
        expect(await asked()).to.include(`pull ${mysql}`);
    });

    it("fails with the engine's own words if it can neither pull nor make it", async () => {
        const engine = await engineThat("pull*) echo 'Error response from daemon: denied' >&2; exit 1");
        const failure = await failureOf(
            supplyFor({ offline: false }).images(["ghcr.io/team/x:1"], engine, context),
        );
        expect(failure).to.have.property("name", "ImageError");
        expect(failure).to.have.property("message").that.includes("denied");
    });

    describe("of a node", () => {
        const refusal = new SiteUnavailable("kindest/node:v1 can't be pulled: no such host");

        it("leaves it to kind, which pulls its own: nobody asks a registry", async () => {
            const engine = await engineThat();
            const supply = supplyFor({ offline: false });
            expect(await supply.nodeImage(engine, context)).to.equal(undefined);
            expect(questions).to.deep.equal([]);
        });

        it("has one made after a question once kind could not pull its own", async () => {
            const supply = supplyFor({ offline: false });
            const failure = await failureOf(supply.nodeImage(await engineThat(), context, refusal));
            expect(failure).to.have.property("message").that.includes("not made here, as you answered no");
            expect(questions).to.deep.equal([
                "Make kind's node image here, from package registries (up to 25 minutes the first time)? " +
                    "It can't be downloaded: kindest/node:v1 can't be pulled: no such host.",
            ]);
        });

        it("takes the one that it has from an earlier time without network", async () => {
            const present = `"image inspect"*"${nodeImage}") echo`;
            expect(
                await supplyFor({ offline: false }).nodeImage(await engineThat(present), context),
            ).to.equal(nodeImage);
            expect(questions).to.deep.equal([]);
        });

        it("takes kind's own before that", async () => {
            const engine = await engineThat(
                `"image inspect"*"${nodeImage}") echo`,
                '"image ls"*) echo kindest/node',
            );
            expect(await supplyFor({ offline: false }).nodeImage(engine, context)).to.equal(undefined);
        });
    });
});
