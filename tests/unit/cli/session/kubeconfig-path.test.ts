import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";

import { absolutePath } from "../../../../cli/process/folders.ts";
import { application, projectFolder, stackRef } from "../../../../cli/session/project.ts";
import { resolveStack, type ResolvedStack } from "../../../../cli/session/resolve-stack.ts";
import type { TargetOptions } from "../../../../cli/session/target.ts";
import { keepEnvironment } from "../keep-environment.ts";
import { kubeconfigText } from "./kubeconfig-text.ts";

const ref = stackRef(application, "nobody-has-this");

describe("the path of a kubeconfig", () => {
    keepEnvironment();
    let folder: string;
    let file: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-paths-"));
        file = join(folder, ".kube", "prod.yaml");
        mkdirSync(join(folder, ".kube"));
        writeFileSync(file, kubeconfigText({ contexts: ["prod"] }));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    async function resolved(kubeconfig?: string, told: TargetOptions = {}): Promise<ResolvedStack> {
        const config = {
            "multitier:context": "prod",
            ...(kubeconfig && { "multitier:kubeconfig": kubeconfig }),
        };
        const text = stringify({ config });
        return await resolveStack(ref, told, { name: "Pulumi.test.yaml", text, ownFile: true });
    }

    it("starts in the home for a ~ in the settings, which the program is told where its provider's home is another", async () => {
        process.env["HOME"] = folder;
        const { target, config } = await resolved("~/.kube/prod.yaml");
        expect(target.kubeconfig).to.equal(file);
        expect(config).to.deep.equal({ "multitier:context": "prod", "multitier:kubeconfig": file });
        expect(absolutePath("~")).to.equal(folder);
        // No other user's home, and no shell's pattern.
        expect(absolutePath("~ann/k", "/work")).to.equal("/work/~ann/k");
    });

    it("starts in the project's folder where it is relative in the settings, wherever the person stands", async () => {
        process.env["INIT_CWD"] = folder;
        const { target, config } = await resolved(relative(projectFolder, file));
        expect(target.kubeconfig).to.equal(file);
        // The provider reads the same, without being told.
        expect(config).to.deep.equal({ "multitier:context": "prod" });
    });

    it("starts where the person stands for a relative one in KUBECONFIG", async () => {
        process.env["INIT_CWD"] = folder;
        process.env["KUBECONFIG"] = `.kube/prod.yaml${delimiter}${delimiter}/nowhere`;
        const { target, config } = await resolved();
        expect(target.kubeconfig).to.equal(`${file}${delimiter}/nowhere`);
        expect(config).to.deep.equal({ "multitier:context": "prod" });
    });

    it("is one alone in an option and in the settings, as for kubectl and the provider", async () => {
        const list = `${file}${delimiter}/nowhere`;
        for (const refused of [resolved(list), resolved(undefined, { kubeconfig: list })]) {
            expect(await refused.catch((error: unknown) => error))
                .to.match(/names several kubeconfig files/)
                .and.to.have.property("remedy")
                .that.includes("KUBECONFIG");
        }
    });
});
