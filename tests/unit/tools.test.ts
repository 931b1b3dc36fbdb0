import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

import { binaryFile } from "../../offline/binaries/binary-folders.ts";
import { executableName, isBinaryName, recipes, type Recipe } from "../../offline/binaries/recipes.ts";
import { providerVersions, toolVersions, versionFits, versionIn } from "../../cli/tools/tool-versions.ts";

describe("the tools' versions", () => {
    it("are found in what each tool prints about itself", () => {
        expect(versionIn("v3.259.0")).to.equal("3.259.0");
        expect(versionIn("kind v0.33.0 go1.26.8 linux/amd64")).to.equal("0.33.0");
        expect(versionIn("Client Version: v1.36.3\nKustomize Version: v5.8.1")).to.equal("1.36.3");
        expect(versionIn("v3.260.0-alpha.1762963821+6a3c9dd")).to.equal("3.260.0-alpha.1762963821+6a3c9dd");
        expect(versionIn("command not found")).to.equal(undefined);
    });

    it("fit from the tested one on, and never in another major version", () => {
        expect(versionFits("pulumi", "3.259.0")).to.equal(true);
        expect(versionFits("pulumi", "3.300.1")).to.equal(true);
        expect(versionFits("pulumi", "3.258.9")).to.equal(false);
        expect(versionFits("pulumi", "4.0.0")).to.equal(false);
        expect(versionFits("kind", "0.33.0")).to.equal(true);
        expect(versionFits("kind", "0.32.0")).to.equal(false);
        expect(versionFits("kind", "1.0.0")).to.equal(false);
    });

    it("fit for kubectl within one minor version of the cluster's", () => {
        const fitting = ["1.34.9", "1.35.0", "1.36.3", "1.37.1", "1.38.0"].filter((version) =>
            versionFits("kubectl", version),
        );
        expect(fitting).to.deep.equal(["1.35.0", "1.36.3", "1.37.1"]);
    });

    it("don't fit as pre-releases, but with a distribution's suffix", () => {
        expect(versionFits("pulumi", "3.260.0-alpha.1")).to.equal(false);
        expect(versionFits("kubectl", "1.36.0-rc.0")).to.equal(false);
        expect(versionFits("kubectl", "1.36.3-eks-1a2b3c4")).to.equal(true);
        expect(versionFits("kubectl", "1.36.3+k3s1")).to.equal(true);
        expect(versionFits("kubectl", "unknown")).to.equal(false);
    });

    it("are those of the packages that the program uses", () => {
        const text = readFileSync(join(__dirname, "../../package.json"), "utf8");
        expect(text).to.include(`"@pulumi/pulumi": "${toolVersions.pulumi}"`);
        expect(text).to.include(`"@pulumi/kubernetes": "${providerVersions.kubernetes}"`);
        expect(text).to.include(`"@pulumi/random": "${providerVersions.random}"`);
        expect(recipes["pulumi-resource-kubernetes"].version).to.equal(providerVersions.kubernetes);
        expect(recipes["pulumi-resource-random"].version).to.equal(providerVersions.random);
    });
});

describe("the recipes of the programs", () => {
    const all = Object.entries<Recipe>(recipes);

    it("name the versions that their Go modules pin", () => {
        for (const [name, recipe] of all) {
            if (!("module" in recipe) || recipe.package.startsWith("./")) {
                continue;
            }
            const modules = readFileSync(
                join(__dirname, "../../offline/binaries", recipe.module, "go.mod"),
                "utf8",
            );
            const required = Array.from(modules.matchAll(/^\t(\S+) v(\S+)/gm)).find(([, path]) =>
                `${recipe.package}/`.startsWith(`${path ?? ""}/`),
            );
            expect(required?.[2], name).to.equal(recipe.version);
        }
    });

    it("expect each program under the name that Go gives it", () => {
        expect(executableName("sigs.k8s.io/kind")).to.equal("kind");
        expect(executableName("go.etcd.io/etcd/server/v3")).to.equal("server");
        expect(executableName("./language-host")).to.equal("language-host");
    });

    it("give each program a folder of its version, the same at each call", () => {
        for (const [name, recipe] of all) {
            if (isBinaryName(name)) {
                expect(binaryFile(name)).to.match(/-[0-9a-f]{12}[/\\][^/\\]+$/);
                expect(binaryFile(name)).to.include(`-${recipe.version}-`);
                expect(binaryFile(name)).to.equal(binaryFile(name));
            }
        }
    });

    it("put the language host beside the CLI, where the CLI looks for it first", () => {
        expect(binaryFile("pulumi-language-nodejs").replace(/[^/\\]+$/, "")).to.equal(
            binaryFile("pulumi").replace(/[^/\\]+$/, ""),
        );
    });
});
