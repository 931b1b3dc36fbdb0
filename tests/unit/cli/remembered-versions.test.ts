import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

import { rememberVersion } from "../../../cli/tools/remembered-versions.ts";

describe("the version of a program on PATH", () => {
    let folder: string;
    let program: string;
    let file: string;
    let asked: number;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "multitier-versions-"));
        program = join(folder, "pulumi");
        file = join(folder, "cache", "versions.json");
        asked = 0;
        await writeFile(program, "program");
    });
    afterEach(async () => {
        await rm(folder, { recursive: true });
    });

    const version = async (answer: string | undefined): Promise<string | undefined> =>
        await rememberVersion(
            program,
            () => {
                asked += 1;
                return Promise.resolve(answer);
            },
            file,
        );

    it("is asked once while the program's file stays the same", async () => {
        expect(await version("3.259.0")).to.equal("3.259.0");
        expect(await version("never asked")).to.equal("3.259.0");
        expect(asked).to.equal(1);
    });

    it("is asked again after the program was replaced", async () => {
        await version("3.259.0");
        await writeFile(program, "another program");
        expect(await version("3.260.0")).to.equal("3.260.0");
        expect(await version("never asked")).to.equal("3.260.0");
        expect(asked).to.equal(2);
    });

    it("is asked again where the program told none", async () => {
        expect(await version(undefined)).to.equal(undefined);
        expect(await version("3.259.0")).to.equal("3.259.0");
    });

    it("is asked each time of a launcher: a script, or a link to a program of another name", async () => {
        await writeFile(program, "#!/bin/sh\nexec asdf exec pulumi");
        await version("3.259.0");
        expect(await version("3.260.0")).to.equal("3.260.0");

        await rm(program);
        await writeFile(join(folder, "mise"), "program");
        await symlink(join(folder, "mise"), program);
        await version("3.259.0");
        expect(await version("3.260.0")).to.equal("3.260.0");
    });

    it("is told where nothing can be kept", async () => {
        await writeFile(join(folder, "cache"), "a file in the place of the folder");
        expect(await version("3.259.0")).to.equal("3.259.0");
        expect(await version("3.260.0")).to.equal("3.260.0");
    });

    it("is asked where what is remembered can't be read", async () => {
        await version("3.259.0");
        await writeFile(file, "{ not JSON");
        expect(await version("3.259.1")).to.equal("3.259.1");
        expect(await version("never asked")).to.equal("3.259.1");
    });
});
