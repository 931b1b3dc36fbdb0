import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";

import { connect } from "../../../cli/kubernetes/client.ts";
import { readKubeconfig } from "../../../cli/kubernetes/kubeconfig.ts";
import { clusterTrouble } from "../../../cli/preview/cluster-answer.ts";
import { fakeCluster } from "./kind/fake-cluster.ts";
import { kubeconfigText, type KubeconfigEntries } from "./session/kubeconfig-text.ts";

describe("several kubeconfig files", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-kubeconfig-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    function written(name: string, entries: KubeconfigEntries | string): string {
        const file = join(folder, name, "config");
        mkdirSync(join(folder, name));
        writeFileSync(file, typeof entries === "string" ? entries : kubeconfigText(entries));
        return file;
    }

    function list(...files: string[]): string {
        return files.join(delimiter);
    }

    it("are all looked at, those that are missing or empty passed over", () => {
        const [a, b] = [written("a", { contexts: ["a"] }), written("b", { contexts: ["b"] })];
        const files = list(join(folder, "missing"), a, "", written("empty", "\n"), b);
        expect(connect(files, "a").context).to.equal("a");
        expect(connect(files, "b").context).to.equal("b");
    });

    it("give the first entry of a name, be it a cluster, a user or a context", () => {
        const first = { contexts: ["x"], server: "https://first:1", user: { username: "ann" } };
        const second = { contexts: ["x", "y"], server: "https://second:2", user: { username: "bob" } };
        const files = list(written("first", first), written("second", second));
        expect(connect(files, "x").server).to.equal("https://first:1");
        expect(connect(files, "y").server).to.equal("https://second:2");
        const config = readKubeconfig(files);
        expect(config.getUser("x")?.username).to.equal("ann");
        expect(config.getContexts().map(({ name }) => name)).to.have.members(["x", "y"]);
    });

    it("have relative paths that start in the folder of their own file", () => {
        const user = { "client-certificate": "ann.crt", "client-key": "../ann.key" };
        const cluster = { "certificate-authority": "ca.crt" };
        const files = list(
            written("a", { contexts: ["a"] }),
            written("b", { contexts: ["b"], user, cluster }),
        );
        const config = readKubeconfig(files);
        expect(config.getCluster("b")?.caFile).to.equal(join(folder, "b", "ca.crt"));
        expect(config.getUser("b")).to.include({
            certFile: join(folder, "b", "ann.crt"),
            keyFile: join(folder, "ann.key"),
        });
    });

    it("may have entries that are incomplete, as long as those are not used", () => {
        const file = written("a", { contexts: ["a"], server: "https://first:1" });
        const incomplete = written("b", "clusters: [{ name: b }]\nusers: [{ user: {} }]\n");
        expect(connect(list(incomplete, file), "a").server).to.equal("https://first:1");
    });

    it("are all named where none of them is there, and the one that can't be read", () => {
        const [a, b] = [join(folder, "no-a"), join(folder, "no-b")];
        expect(() => connect(list(a, b), "x")).to.throw(`There is no kubeconfig ${a} or ${b}.`);
        const broken = written("broken", "clusters: [");
        expect(() => connect(list(a, broken), "x")).to.throw(`${broken} is not a kubeconfig`);
    });

    it("lead a preview to the cluster of their context, though the API server's answer is all that it asks", async () => {
        await using cluster = await fakeCluster(() => ({ body: { metadata: { uid: "uid-1" } } }));
        const other = written("other", { contexts: ["fake", "other"] });
        const { kubeconfig, context } = cluster.client;
        const missing = join(folder, "missing");
        expect(await clusterTrouble({ kubeconfig: list(missing, kubeconfig, other), context })).to.equal(
            undefined,
        );
        const trouble = clusterTrouble({ kubeconfig: list(other, kubeconfig), context });
        expect(String(await trouble.catch(String))).to.match(/127\.0\.0\.1:9.* doesn't answer/);
    });
});
