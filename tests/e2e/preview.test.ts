import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";

import { documentSchema, type PreviewReport } from "../../cli/preview/report.ts";
import { requireApplication, workspace } from "./suite.ts";

/** The preview of a stack by the real engine, which has to end with an exit code. */
async function preview(exitCode = 0, ...args: string[]): Promise<PreviewReport> {
    const file = join(workspace().folder, "preview.json");
    await workspace()
        .start("preview", ["--json", file, ...args])
        .endWith(exitCode);
    const { previews } = v.parse(documentSchema, JSON.parse(await readFile(file, "utf8")));
    const [report] = previews;
    if (report === undefined || previews.length > 1) {
        throw new Error(`${previews.length} previews instead of one`);
    }
    return report;
}

/** The tiers to which something happens, with what. */
function effects({ tiers }: PreviewReport): Record<string, string> {
    return Object.fromEntries(
        tiers.filter(({ effect }) => effect !== "none").map(({ name, effect }) => [name, effect]),
    );
}

/** The settings that are named as causes. */
function settingsNamed({ tiers }: PreviewReport): string[] {
    return tiers.flatMap(({ causes }) =>
        causes.flatMap((cause) => (cause.kind === "setting" ? cause.key : [])),
    );
}

describe("a preview of what is deployed", () => {
    let original: string;
    before(async () => {
        requireApplication();
        original = await workspace().checkout.read("Pulumi.dev.yaml");
    });

    afterEach(async () => {
        await workspace().checkout.write("Pulumi.dev.yaml", original);
    });

    it("says that nothing changes where nothing was changed", async () => {
        expect(effects(await preview())).to.deep.equal({});
    });

    it("of a new stack creates every tier", async () => {
        await workspace().checkout.write("Pulumi.fresh.yaml", original);
        await workspace().checkout.set({ namespace: "fresh", host: "fresh.localhost" }, "fresh");
        const created = effects(await preview(0, "--stack", "fresh"));
        expect(Object.keys(created)).to.include.members(["client", "server", "worker", "redis", "mysql"]);
        expect(new Set(Object.values(created))).to.deep.equal(new Set(["create"]));
    });

    it("after one image was changed rolls the pods of that tier, and names the setting", async () => {
        await workspace().checkout.set({ "server.image": "localhost/multitier/server:another" });
        const report = await preview();
        expect(effects(report)).to.deep.equal({ server: "roll" });
        expect(settingsNamed(report)).to.deep.equal(["multitier:server.image"]);
    });

    it("after replicas were changed updates that tier in place", async () => {
        await workspace().checkout.set({ "client.replicas": 5 });
        const report = await preview();
        expect(effects(report)).to.deep.equal({ client: "update" });
        expect(settingsNamed(report)).to.deep.equal(["multitier:client.replicas"]);
    });

    it("after MySQL's storage was enlarged updates it in place, with no data at risk", async () => {
        await workspace().checkout.set({ "mysql.storage.size": "20Gi" });
        const report = await preview();
        expect(effects(report)).to.deep.equal({ mysql: "update" });
        expect(report.dataAtRisk).to.deep.equal([]);
    });

    it("after MySQL's volume was given another class has data at risk, and ends with 2", async () => {
        await workspace().checkout.set({ "mysql.storage.className": "another" });
        const report = await preview(2);
        expect(effects(report)).to.deep.equal({ mysql: "replace" });
        expect(report.dataAtRisk.map(({ resource }) => resource)).to.deep.equal([
            "PersistentVolumeClaim mysql-data",
        ]);
        expect((await preview(0, "--allow-data-loss")).dataAtRisk).to.deep.equal(report.dataAtRisk);
    });

    it("after passwords were rotated names them, without a risk and without showing one", async () => {
        await workspace().checkout.set({ "credentials.redis": 17 });
        const report = await preview();
        expect(effects(report)).to.deep.equal({
            credentials: "replace",
            redis: "roll",
            server: "roll",
            worker: "roll",
        });
        expect(report.notices.map(({ resource }) => resource)).to.deep.equal([
            "RandomPassword credentials-redis-password",
        ]);
        expect(report.dataAtRisk).to.deep.equal([]);
        const secret = report.changes.find(({ resource }) => resource === "Secret credentials-redis");
        expect(secret?.properties.map(({ after }) => after)).to.deep.equal(["[another secret]"]);
    });

    it("agrees with what two revisions render", async () => {
        await workspace().checkout.set({ "server.image": "localhost/multitier/server:another" });
        const [deployed, revisions] = [
            await preview(),
            await preview(0, "--against", "HEAD^1", "--stack", "dev"),
        ];
        expect(effects(revisions)).to.deep.equal(effects(deployed));
        expect(settingsNamed(revisions)).to.deep.equal(settingsNamed(deployed));
    });

    it("can be kept as a plan, which up refuses once something else would be done", async () => {
        const plan = join(workspace().folder, "plan.json");
        await workspace().checkout.set({ "client.replicas": 5 });
        await preview(0, "--save-plan", plan);
        await workspace().checkout.set({ "client.replicas": 6 });
        const { output } = await workspace().start("up", ["--plan", plan]).endWith(1);
        expect(output).to.include("Something has changed since the plan was made");
        expect(output).to.include("replicas: 5 is now replicas: 6");
    });
});
