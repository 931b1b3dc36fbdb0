import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";

import { toolVersions } from "../../cli/tools/tool-versions.ts";
import { downloadSites } from "../machines/docker/download-sites.ts";
import { workspace } from "./suite.ts";

const { pulumi, kind } = toolVersions;

/** The site of Pulumi's CLI. */
const pulumiReleases = "github.com/pulumi/pulumi/releases/";

/** `npm run pulumi -- version`: it takes the CLI and the providers, and no cluster. */
const toolsOnly = ["pulumi", "--", "version"];

/** Runs a command with an empty cache, and returns what it wrote and what is in the cache then. */
async function withEmptyCache(
    script: readonly string[],
    environment: Readonly<Record<string, string>>,
    exitCode: number,
): Promise<{ readonly output: string; readonly stdout: string; readonly cached: readonly string[] }> {
    const cache = await mkdtemp(join(workspace().folder, "cache-"));
    const command = workspace().startProgram("npm", ["run", "--silent", ...script], {
        ...environment,
        XDG_CACHE_HOME: cache,
        // Nothing is built: go ends at once.
        GOFLAGS: "-nothing-is-built-here",
    });
    const { output, stdout } = await command.endWith(exitCode);
    const entries = await readdir(cache, { recursive: true });
    return { output, stdout, cached: entries.filter((entry) => entry.includes("downloads/")) };
}

describe("a tool that is downloaded", () => {
    afterEach(() => {
        downloadSites.trouble = undefined;
    });

    it("leaves nothing behind if its checksum is wrong, and is not made instead", async () => {
        const beginning = `${pulumiReleases}download/v${pulumi}/pulumi-${pulumi}-checksums.txt`;
        downloadSites.trouble = {
            beginning,
            text: `${"0".repeat(64)}  pulumi-v${pulumi}-linux-x64.tar.gz\n`,
        };
        const { output, cached } = await withEmptyCache(["up"], {}, 1);
        expect(output).to.match(/✖ Tools: https:\/\/github\.com\/.* has the SHA-256 [0-9a-f]{64}, but/);
        expect(output).to.not.include("from package registries (");
        expect(cached).to.deep.equal([]);
    });

    it("comes from a site that answers only after half a minute", async () => {
        downloadSites.trouble = { beginning: pulumiReleases, delay: 31_000 };
        const { stdout } = await withEmptyCache(toolsOnly, {}, 0);
        expect(stdout).to.equal(`v${pulumi}`);
    });

    it("comes by the proxy that HTTPS_PROXY names, where there is no other way", async () => {
        const { stdout } = await withEmptyCache(toolsOnly, downloadSites.environmentByProxy(), 0);
        expect(stdout).to.equal(`v${pulumi}`);
        expect(downloadSites.tunnels).to.include("github.com:443");
        expect(downloadSites.tunnels).to.include("release-assets.githubusercontent.com:443");
    });

    it("is made if its site refuses: without a terminal a line says what is made, why, and how long it takes", async () => {
        downloadSites.trouble = { beginning: pulumiReleases, status: 403 };
        const { output, cached } = await withEmptyCache(toolsOnly, {}, 1);
        const line = output.split("\n").find((text) => text.includes("from package registries"));
        expect(line)
            .to.include("Make pulumi here, from package registries (up to 5 minutes the first time)?")
            .and.include(`https://${pulumiReleases}`)
            .and.include("answers 403 Forbidden")
            .and.include("Yes (there is no terminal to ask at).");
        expect(output).to.include("-nothing-is-built-here");
        expect(cached).to.deep.equal([]);
    });

    it("is made if its site is down, while the others come from theirs", async () => {
        // Nothing listens there.
        const down = downloadSites.environment({ "kind.sigs.k8s.io": "127.0.83.2" });
        const { output, cached } = await withEmptyCache(["up"], down, 1);
        expect(output).to.include(`pulumi ${pulumi}: downloaded`).and.include("random provider");
        expect(output).to.match(/Make kind here, .*kind\.sigs\.k8s\.io\/.* is not reached: .*ECONNREFUSED/);
        expect(cached).to.include(`multitier/downloads/pulumi-${pulumi}/pulumi`);
        expect(cached.filter((entry) => entry.includes(`kind-${kind}`))).to.deep.equal([]);
    });
});
