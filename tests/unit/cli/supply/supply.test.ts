import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

import { supplyFor } from "../../../../cli/supply/supply.ts";
import type { SupplyContext } from "../../../../cli/supply/obtain.ts";

describe("a supply", () => {
    const path = process.env["PATH"];
    let folder: string;
    let questions: string[];
    let context: SupplyContext;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "supply-"));
        questions = [];
        context = {
            report: () => undefined,
            confirm: (question) => {
                questions.push(question);
                return Promise.resolve(false);
            },
        };
        const kubectl = join(folder, "kubectl");
        await writeFile(kubectl, "#!/bin/sh\necho 'Client Version: v1.36.3'\n");
        await chmod(kubectl, 0o755);
        process.env["PATH"] = folder;
    });

    afterEach(async () => {
        process.env["PATH"] = path;
        await rm(folder, { recursive: true });
    });

    for (const offline of [false, true]) {
        it(`takes a program that is present, ${offline ? "offline" : "online"}, and asks nobody`, async () => {
            expect(await supplyFor({ offline }).tool("kubectl", context)).to.equal(join(folder, "kubectl"));
            expect(questions).to.deep.equal([]);
        });
    }

    it("looks for a program once: a session works with one and the same", async () => {
        const supply = supplyFor({ offline: true });
        const found = await supply.tool("kubectl", context);
        process.env["PATH"] = "";
        expect(await supply.tool("kubectl", context)).to.equal(found);
    });
});
