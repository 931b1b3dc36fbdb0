import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

import { supplyFor } from "../../../../cli/supply/supply.ts";
import type { SupplyContext } from "../../../../cli/supply/obtain.ts";
import { keepEnvironment } from "../keep-environment.ts";

describe("a supply", () => {
    keepEnvironment();
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
        // Settings of the user's own for podman: then none are written.
        Object.assign(process.env, { PATH: folder, CONTAINERS_CONF: join(folder, "containers.conf") });
    });

    afterEach(async () => {
        await rm(folder, { recursive: true });
    });

    for (const offline of [false, true]) {
        it(`takes a program that is present, ${offline ? "offline" : "online"}, and asks nobody`, async () => {
            expect(await supplyFor({ offline }).tool("kubectl", context)).to.equal(join(folder, "kubectl"));
            expect(questions).to.deep.equal([]);
        });
    }

    it("takes a Docker that answers as the container engine", async () => {
        await writeFile(join(folder, "docker"), "#!/bin/sh\necho 28.0.0\n", { mode: 0o755 });
        const { command } = await supplyFor({ offline: true }).engine(context);
        expect(command).to.equal("docker");
        expect(questions).to.deep.equal([]);
    });

    it("has no container engine without Docker, podman and apt, and says what to do", async () => {
        const failure = await supplyFor({ offline: true })
            .engine(context)
            .then(
                () => undefined,
                (error: unknown) => error,
            );
        expect(failure)
            .to.have.property("message")
            .that.matches(/^No Docker engine answers, and there is no podman that works: podman, runc/);
        expect(failure).to.have.property("remedy").that.includes("install and start Docker");
    });

    it("looks for a program once: a session works with one and the same", async () => {
        const supply = supplyFor({ offline: true });
        const found = await supply.tool("kubectl", context);
        process.env["PATH"] = "";
        expect(await supply.tool("kubectl", context)).to.equal(found);
    });
});
