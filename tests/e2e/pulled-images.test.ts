import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";

import { recipeLabel } from "../../cli/container-engine/stored-images.ts";
import { providerVersions, toolVersions } from "../../cli/tools/tool-versions.ts";
import { downloadSites } from "../machines/docker/download-sites.ts";
import { dockerHub } from "../machines/docker/registry.ts";
import { applicationUrl, compute } from "./application.ts";
import { allReady, compareTiers, podUids, tiers, tools } from "./live-cluster.ts";
import { cluster } from "./options.ts";
import { noteDeployed, requireApplication, workspace } from "./suite.ts";
import { coldDeadline } from "./workspace.ts";

/** The images that the application and its images come from. */
const pulled = ["library/node:24-slim", "library/mysql:9.7", "library/redis:8.0", "library/traefik:v3.7.15"];

/** Lines of `up` about something that is got, made or copied. */
const supplyWork = /downloading|building|loading|from package registries/;

const cache = join(workspace().folder, "cache");

/** Runs the machine's Docker client, and returns the lines of its output. */
async function docker(...args: string[]): Promise<string[]> {
    const { stdout } = await execa("docker", args, { stdin: "ignore" });
    return stdout.split("\n").filter((line) => line !== "");
}

/** Loads an image into the cluster as kind does by itself: as the engine saves it without a choice of a platform. */
async function loadWhole(image: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "multitier-whole-"));
    try {
        const archive = join(folder, "image.tar");
        await docker("save", "--output", archive, image);
        const { kind } = await tools();
        const args = ["load", "image-archive", archive, "--name", cluster.name];
        return (await execa(kind, args, { stdin: "ignore", all: true, reject: false })).all;
    } finally {
        await rm(folder, { recursive: true });
    }
}

describe("npm run up where Docker pulls images of several platforms into containerd's store", () => {
    let output: string;
    before(async function () {
        this.timeout((coldDeadline + 60) * 1000);
        // Empty, as on a machine where the project has never been.
        workspace().environment["XDG_CACHE_HOME"] = cache;
        ({ output } = await workspace().up([], coldDeadline));
        noteDeployed();
    });

    it("ends with the URL, and computes a number through all tiers", async () => {
        expect(output).to.include(applicationUrl);
        expect((await compute(50)).result).to.equal("12586269025");
    });

    it("downloads each tool that it needs, and nothing else", () => {
        const { pulumi, kind } = toolVersions;
        const { kubernetes, random } = providerVersions;
        expect(output).to.include(`pulumi ${pulumi}: downloaded`).and.include(`kind ${kind}: downloaded`);
        expect(output).to.include(`kubernetes provider ${kubernetes}: downloading`);
        expect(output).to.include(`random provider ${random}: downloading`);
        expect(downloadSites.asked.filter((address) => address.includes("kubectl"))).to.deep.equal([]);
    });

    it("has run nothing of offline/, whose builds would be in the cache", async () => {
        const cached = await readdir(join(cache, "multitier"));
        expect(cached).to.include.members(["downloads", "pulumi"]);
        expect(cached).to.not.include("bin").and.not.include("image-work");
        const tools = ["kind", "pulumi"] as const;
        expect((await readdir(join(cache, "multitier/downloads"))).sort()).to.deep.equal(
            tools.map((tool) => `${tool}-${toolVersions[tool]}`),
        );
    });

    it("pulls each image, the node's too, and makes none but the application's", async () => {
        for (const image of pulled) {
            expect(output).to.include(`downloading docker.io/${image}`);
        }
        expect(await docker("image", "ls", "--quiet", "kindest/node")).to.have.length(1);
        expect(output).to.not.include("from package registries");
        expect(await docker("image", "ls", "--quiet", `--filter=label=${recipeLabel}`)).to.deep.equal([]);
    });

    it("loads what the nodes refuse when it is saved with all of its platforms", async () => {
        expect(await loadWhole("redis:8.0")).to.match(/content digest sha256:[0-9a-f]{64}: not found/);
    });

    it("gets and loads nothing when it is run again, and changes nothing", async () => {
        await allReady();
        const before = await podUids();
        const asked = downloadSites.asked.length;
        const again = await workspace().up();
        expect(again.output).to.match(/no changes \(\d+ resources\)/);
        expect(again.output).to.not.match(supplyWork);
        expect(downloadSites.asked).to.have.length(asked);
        expect(compareTiers(before, await podUids()).same).to.deep.equal([...tiers]);
    });

    it("gives the nodes an image that is named by its digest, and needs no network for it again", async () => {
        const [image = ""] = await docker(
            "image",
            "inspect",
            "redis:8.0",
            "--format={{index .RepoDigests 0}}",
        );
        expect(image).to.match(/^redis@sha256:[0-9a-f]{64}$/);
        await workspace().checkout.set({ "redis.image": image });
        // From here on nobody has it but the engine.
        await dockerHub.stop();
        const first = await workspace().up();
        expect(first.output).to.include(`loading docker.io/library/${image} into the cluster`);
        expect(first.output).to.not.include("downloading");
        await allReady();
        const before = await podUids();
        const again = await workspace().up();
        expect(again.output).to.match(/no changes \(\d+ resources\)/);
        expect(again.output).to.not.match(supplyWork);
        expect(compareTiers(before, await podUids()).same).to.deep.equal([...tiers]);
        expect((await compute(51)).result).to.equal("20365011074");
        // The name that it was saved under was a passing one.
        expect(await docker("image", "ls", "--quiet", "localhost/multitier/by-digest")).to.deep.equal([]);
        await dockerHub.start();
    });

    it("leaves an application that npm run verify finds in order", async () => {
        const { output: table } = await workspace().start("verify").endWith(0);
        expect(table).to.match(/\d+ as expected/);
    });
});

describe("npm run down -- --cluster with Docker", () => {
    before(async () => {
        requireApplication();
        await workspace().down(["--yes", "--cluster"]);
    });

    it("leaves no container, and no volume", async () => {
        expect(await docker("container", "ls", "--all", "--quiet")).to.deep.equal([]);
        expect(await docker("volume", "ls", "--quiet")).to.deep.equal([]);
    });

    it("leaves no network but kind's own, which is empty", async () => {
        const networks = await docker("network", "ls", "--filter=type=custom", "--format={{.Name}}");
        expect(networks).to.deep.equal(["kind"]);
    });
});
