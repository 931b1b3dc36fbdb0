import { homedir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chooseBackend } from "../../../cli/session/backend.ts";
import { projectBackend } from "../../../settings/stack-file.ts";
import { mergeEnvironments } from "../../../cli/process/environment.ts";

describe("the backend of the state", () => {
    it("is the project's own where nothing else is said", () => {
        const { managed, environment } = chooseBackend({}, undefined);
        expect(managed).to.equal(true);
        expect(environment["PULUMI_BACKEND_URL"]).to.match(/^file:\/\/\/.*multitier\/state$/);
        expect(environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).to.match(/multitier\/passphrase$/);
        expect(environment["PULUMI_HOME"]).to.match(/multitier\/pulumi$/);
    });

    it("is the user's where one is named, or a token or a login is there", () => {
        for (const backend of [
            chooseBackend({ PULUMI_BACKEND_URL: "s3://states" }, undefined),
            chooseBackend({ PULUMI_ACCESS_TOKEN: "token" }, undefined),
            chooseBackend({}, "https://api.pulumi.com"),
        ]) {
            expect(backend.managed).to.equal(false);
            expect(backend.environment).not.to.have.any.keys(
                "PULUMI_BACKEND_URL",
                "PULUMI_HOME",
                "PULUMI_CONFIG_PASSPHRASE_FILE",
            );
        }
    });

    it("is a folder where its URL or the login names one, also below the home", () => {
        const home = homedir();
        for (const [url, folder] of [
            ["file:///var/states", "/var/states"],
            ["file:///var/my%20states", "/var/my states"],
            ["file://~", home],
            ["file://~/states", join(home, "states")],
            ["file://./states", undefined],
            ["s3://states", undefined],
        ] as const) {
            expect(chooseBackend({ PULUMI_BACKEND_URL: url }, undefined).folder, url).to.equal(folder);
            expect(chooseBackend({}, url).folder, url).to.equal(folder);
        }
    });

    it("is the one that Pulumi.yaml names, before a token and a login, but after PULUMI_BACKEND_URL", () => {
        const projectUrl = projectBackend("name: x\nbackend: { url: file:///var/project }");
        const chosen = chooseBackend({ PULUMI_ACCESS_TOKEN: "token" }, "https://api.pulumi.com", projectUrl);
        expect(chosen).to.deep.include({ managed: false, folder: "/var/project" });
        expect(chosen.description).to.equal("file:///var/project, as Pulumi.yaml says");
        const environment = { PULUMI_BACKEND_URL: "file:///var/states" };
        expect(chooseBackend(environment, undefined, projectUrl).folder).to.equal("/var/states");
        for (const nothing of ["", "backend:", "backend: { url: '' }"]) {
            expect(projectBackend(nothing)).to.equal(undefined);
        }
    });

    it("is not changed by variables that are set but empty", () => {
        expect(chooseBackend({ PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" }, "").managed).to.equal(true);
    });

    it("never shows an access token", () => {
        expect(JSON.stringify(chooseBackend({ PULUMI_ACCESS_TOKEN: "pul-123" }, undefined))).not.to.contain(
            "pul-123",
        );
    });

    it("asks nobody for updates, whichever it is", () => {
        for (const login of [undefined, "https://api.pulumi.com"]) {
            expect(chooseBackend({}, login).environment["PULUMI_SKIP_UPDATE_CHECK"]).to.equal("true");
        }
    });

    it("keeps a passphrase of the user's from being taken for the project's", () => {
        const user = { PULUMI_CONFIG_PASSPHRASE: "theirs", HOME: "/home/ann" };
        const merged = mergeEnvironments(user, chooseBackend({}, undefined).environment);
        expect(merged).not.to.have.property("PULUMI_CONFIG_PASSPHRASE");
        expect(merged).to.have.property("HOME", "/home/ann");
    });
});

describe("environments one upon the other", () => {
    it("let the later one win, and remove what it leaves undefined", () => {
        expect(mergeEnvironments({ A: "1", B: "1" }, { B: "2", A: undefined }, { C: "3" })).to.deep.equal({
            B: "2",
            C: "3",
        });
    });
});
