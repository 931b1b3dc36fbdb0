import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { chooseBackend } from "../../../cli/session/backend.ts";
import {
    application,
    exampleProject,
    Project,
    projectFolder,
    stackRef,
} from "../../../cli/session/project.ts";
import { isPullRequestStack, pullRequestSettings } from "../../../cli/session/pull-request-stack.ts";
import {
    findStackSource,
    lastStackSource,
    stackSource,
    type StackSource,
    worksWithCopy,
} from "../../../cli/session/settings-source.ts";
import { readSettings, stackConfig } from "../../../cli/session/stack-file-text.ts";
import { CommandFailure } from "../../../cli/terminal/failure.ts";

const dev = readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8");

describe("the settings of a pull request's stack", () => {
    it("are those of dev, but for a namespace and a host of its own", () => {
        const [ofDev, ofRequest] = ["dev", "pr-17"].map((stack) =>
            readSettings(stackSource(stackRef(application, stack)), {}),
        );
        expect(ofRequest).to.deep.equal({ ...ofDev, namespace: "shop-pr-17", host: "pr-17.localhost" });
    });

    it("begin from the namespace and the host that dev has, however their keys are written", () => {
        for (const base of [
            "config: { multitier:namespace: store, multitier:host: shop.example.com }",
            "config: { namespace: store, host: shop.example.com }",
        ]) {
            expect(parse(pullRequestSettings("pr-8", base))).to.deep.equal({
                config: { "multitier:namespace": "store-pr-8", "multitier:host": "pr-8.shop.example.com" },
            });
        }
    });

    it("have a namespace of their own where dev was given one, which has no room for two stacks", () => {
        for (const key of ["multitier:existingNamespace", "existingNamespace"]) {
            expect(parse(pullRequestSettings("pr-8", `config: { ${key}: team-a }`))).to.deep.equal({
                config: { "multitier:namespace": "shop-pr-8", "multitier:host": "pr-8.localhost" },
            });
        }
    });

    it("can follow from a file that says nothing", () => {
        for (const base of ["", "# nothing yet\n", "config:\n"]) {
            expect(parse(pullRequestSettings("pr-8", base)), base).to.deep.equal({
                config: { "multitier:namespace": "shop-pr-8", "multitier:host": "pr-8.localhost" },
            });
        }
    });

    it("keep the comments of dev's file, for a person who gives the stack a file of its own", () => {
        expect(pullRequestSettings("pr-8", dev)).to.contain("# yaml-language-server:");
    });

    it("are refused where the namespace or the host comes out too long, with its length and what to shorten", () => {
        const longest = "a".repeat(63 - "-pr-8".length);
        const namespaced = (namespace: string): string => `config: { multitier:namespace: ${namespace} }`;
        expect(pullRequestSettings("pr-8", namespaced(longest))).to.contain(`${longest}-pr-8`);
        expect(() => pullRequestSettings("pr-8", namespaced(`${longest}a`))).to.throw(
            /its namespace a+-pr-8: 64 characters, where at most 63 are allowed/,
        );
        const host = Array.from({ length: 31 }, () => "example").join(".");
        expect(() => pullRequestSettings("pr-12345", `config: { multitier:host: ${host} }`)).to.throw(
            /its host pr-12345\.example.*: 256 characters, where at most 253 are allowed/,
        );
    });

    it("leave a mistake as it is in dev's file, which the reader of the settings names", () => {
        const text = pullRequestSettings("pr-8", "config: { multitier:context: x, multitier:namespace: No }");
        const name = "Pulumi.dev.yaml, which the stack pr-8 follows";
        expect(() => readSettings({ name, text }, {})).to.throw(
            /1 mistake in the settings of Pulumi.dev.yaml, which the stack pr-8 follows:[^]*namespace = "No"/,
        );
    });

    it("are refused where Pulumi has encrypted a value for dev alone", () => {
        expect(() => pullRequestSettings("pr-8", "config: { other:token: { secure: v1:abc } }")).to.throw(
            /other:token can be read by the stack dev alone/,
        );
    });
});

describe("where a stack's settings come from", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-source-"));
        writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: { multitier:context: x }\n");
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("is the stack's own file where it has one, also for a pull request's", () => {
        const text = "config: { multitier:context: mine }\n";
        writeFileSync(join(folder, "Pulumi.pr-17.yaml"), text);
        expect(findStackSource(stackRef(application, "pr-17"), folder)).to.deep.equal({
            name: "Pulumi.pr-17.yaml",
            text,
            ownFile: true,
        });
    });

    it("is dev's file for pr-<number> without one, also with an organization before it", () => {
        for (const stack of ["pr-17", "organization/multitier/pr-17"]) {
            const source = findStackSource(stackRef(application, stack), folder);
            expect(source?.ownFile, stack).to.equal(false);
            expect(source?.text).to.contain("shop-pr-17");
        }
    });

    it("is nowhere for any other name, so that a slip makes no stack", () => {
        for (const stack of [
            "prd",
            "pr",
            "pr-",
            "pr-0",
            "pr-017",
            "pr-x",
            "PR-17",
            "pr-17-old",
            "my-pr-17",
        ]) {
            expect(isPullRequestStack(stack), stack).to.equal(false);
            expect(findStackSource(stackRef(application, stack), folder), stack).to.equal(undefined);
        }
        expect(() => stackSource(stackRef(application, "prd"))).to.throw(/no settings for the stack "prd"/);
    });

    it("is nowhere for a pull request's stack of an example, or without dev's file", () => {
        expect(findStackSource(stackRef(exampleProject("mysql-lab"), "pr-17"))).to.equal(undefined);
        rmSync(join(folder, "Pulumi.dev.yaml"));
        expect(findStackSource(stackRef(application, "pr-17"), folder)).to.equal(undefined);
    });
});

describe("what the project's Pulumi.yaml says for all stacks", () => {
    const projectText =
        "name: multitier\nconfig: { multitier:namespace: { default: team }, host: team.example }\n";
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-source-"));
        writeFileSync(join(folder, "Pulumi.yaml"), projectText);
        writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: { multitier:context: x }\n");
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    function sourceOf(stack: string): StackSource {
        const source = findStackSource(stackRef(application, stack), folder);
        expect(source, stack).to.not.equal(undefined);
        return source ?? { name: "", text: "", ownFile: false };
    }

    it("holds for a stack in any checkout, in its settings and in its config as a preview compares it", () => {
        expect(readSettings(sourceOf("dev"), {})).to.include({ namespace: "team", host: "team.example" });
        expect(stackConfig(sourceOf("dev"))).to.deep.equal({
            "multitier:context": "x",
            "multitier:namespace": "team",
            "multitier:host": "team.example",
        });
    });

    it("is what a pull request's stack derives its own namespace and host from", () => {
        const settings = readSettings(sourceOf("pr-17"), {});
        expect(settings).to.include({ namespace: "team-pr-17", host: "pr-17.team.example" });
    });

    it("is read beside the last settings of a stack whose file is on another branch", () => {
        const project = { ...application, folder, stacksFolder: join(folder, "stacks") };
        const place = join(folder, "stacks", "staging");
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, "Pulumi.staging.yaml"), "config: { multitier:context: x }\n");
        writeFileSync(join(place, "Pulumi.yaml"), projectText);
        const source = lastStackSource(stackRef(project, "staging"));
        expect(readSettings(source, {}).namespace).to.equal("team");
    });
});

describe("a stack's file that can't be read", () => {
    it("is named with the mistake, and what it encrypts stays hidden", () => {
        const read = (text: string) => () => readSettings({ name: "Pulumi.dev.yaml", text }, {});
        expect(read("config: { multitier:context: x, multitier:host: { secure: v1:abc } }")).to.throw(
            /multitier:host = \[secret\][^]*--secret/,
        );
        expect(read("config: &a { multitier:server: *a }")).to.throw(
            /Pulumi\.dev\.yaml is not YAML: the alias/,
        );
        expect(() => pullRequestSettings("pr-8", "config: &a { multitier:server: *a }")).to.throw(
            CommandFailure,
            /Pulumi\.dev\.yaml is not YAML: the alias/,
        );
    });

    it("keeps a config that is an alias when it is changed", () => {
        const text = pullRequestSettings("pr-8", "x-base: &base { multitier:context: x }\nconfig: *base\n");
        expect(parse(text)).to.deep.include({
            config: {
                "multitier:context": "x",
                "multitier:namespace": "shop-pr-8",
                "multitier:host": "pr-8.localhost",
            },
        });
    });
});

describe("the settings that Pulumi works with", () => {
    const own = chooseBackend({ PULUMI_BACKEND_URL: "s3://state" }, undefined);
    const managed = chooseBackend({}, undefined);

    it("are a copy outside the checkout where a stack has no file there, whatever the backend", () => {
        const source = stackSource(stackRef(application, "pr-17"));
        expect([own, managed].map((backend) => worksWithCopy({ backend, source }))).to.deep.equal([
            true,
            true,
        ]);
    });

    it("are the checkout's own file in a backend of the user's, as for pulumi by hand", () => {
        const source = stackSource(stackRef(application, "dev"));
        expect([own, managed].map((backend) => worksWithCopy({ backend, source }))).to.deep.equal([
            false,
            true,
        ]);
    });
});

describe("the commands that a person is told", () => {
    it("name the stack unless it is dev", () => {
        expect(application.commands("dev").down).to.equal("npm run down");
        expect(application.commands("pr-17")).to.deep.equal({
            up: "npm run up -- --stack pr-17",
            refresh: "npm run up -- --refresh --stack pr-17",
            allowDataLoss: "npm run up -- --allow-data-loss --stack pr-17",
            down: "npm run down -- --stack pr-17",
        });
        expect(exampleProject("mysql-lab").commands("dev").down).to.equal(
            "npm run example -- mysql-lab --down",
        );
    });
});

describe("the settings by which a stack is removed", () => {
    let folder: string;
    let project: Project;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-source-"));
        project = { ...application, folder, stacksFolder: join(folder, "stacks") };
        mkdirSync(join(folder, "stacks", "staging"), { recursive: true });
        writeFileSync(join(folder, "stacks", "staging", "Pulumi.staging.yaml"), "config: { a: last }\n");
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("are those in the checkout", () => {
        writeFileSync(join(folder, "Pulumi.staging.yaml"), "config: { a: now }\n");
        expect(lastStackSource(stackRef(project, "staging")).text).to.contain("now");
    });

    it("are the last ones that were worked with where another branch without its file is checked out", () => {
        expect(lastStackSource(stackRef(project, "staging"))).to.include({
            text: "config: { a: last }\n",
            ownFile: false,
        });
        expect(() => stackSource(stackRef(project, "staging"))).to.throw(/Pulumi.staging.yaml/);
    });

    it("are none for a stack that was never worked with", () => {
        expect(() => lastStackSource(stackRef(project, "prd"))).to.throw(/Pulumi.prd.yaml/);
    });
});
