import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { PropertyChange, ResourceChange } from "../../../cli/preview/change.ts";
import { remarkOn } from "../../../cli/preview/cluster-answer.ts";
import { findingsOf } from "../../../cli/preview/data-at-risk.ts";
import { changesBetween, recordedUpdates, updatesIn } from "../../../cli/preview/last-config.ts";
import { checkWritable, exitCode } from "../../../cli/preview/preview.ts";
import type { PreviewReport } from "../../../cli/preview/report.ts";
import { settingChanges, type Config } from "../../../cli/preview/setting-changes.ts";
import { reportOf } from "../../../cli/preview/summary.ts";
import { terminal } from "../../../cli/preview/terminal.ts";

function change(tier: string, over: Partial<ResourceChange> = {}): ResourceChange {
    const state = { inputs: {}, protect: false };
    return {
        urn: `kubernetes:apps/v1:Deployment::${tier}-deployment`,
        type: "kubernetes:apps/v1:Deployment",
        name: `${tier}-deployment`,
        tier,
        operation: "update",
        before: state,
        after: state,
        properties: [property("spec.replicas", 1, 2)],
        ...over,
    };
}

function property(path: string, before: unknown, after: unknown): PropertyChange {
    return { path, before, after, replaces: false };
}

function report(changes: readonly ResourceChange[], before: Config = {}, after: Config = {}): PreviewReport {
    return reportOf({
        stack: "dev",
        source: "revision",
        against: "commit 0123abc",
        remarks: [],
        changes,
        settings: settingChanges(before, after),
        settingsComplete: true,
    });
}

/** The causes by tier, each without its values. */
function causes({ tiers }: PreviewReport): Record<string, string[]> {
    return Object.fromEntries(
        tiers.map((tier) => [
            tier.name,
            tier.causes.map((cause) =>
                cause.kind === "setting" ? cause.key : cause.kind === "sources" ? cause.folder : cause.kind,
            ),
        ]),
    );
}

describe("a provider that leads elsewhere", () => {
    const provider = { type: "pulumi:providers:kubernetes", name: "cluster" };
    const notices = (over: Partial<ResourceChange>): string[] =>
        findingsOf([change("stack", { ...provider, ...over })]).notices.map(({ text }) => text);

    it("is said to change nothing in another cluster, as long as Pulumi doesn't replace it", () => {
        const [notice = ""] = notices({ properties: [property("context", "prod", "other")] });
        expect(notice).to.contain("nothing would be created").and.contain("multitier:clusterUid");
        expect(notices({ properties: [property("kubeconfig", "/a", "/b")] })).to.have.length(1);
    });

    it("is said to move everything where Pulumi replaces it", () => {
        const properties = [property("clusterIdentifier", "uid-1", "uid-2")];
        expect(notices({ operation: "replace", properties })).to.match(
            /created there .* deleted from the former/,
        );
    });

    it("is not remarked on where it only gets the cluster's UID", () => {
        expect(notices({ properties: [property("clusterIdentifier", undefined, "uid-1")] })).to.deep.equal(
            [],
        );
    });
});

describe("the cause of a tier's change", () => {
    const server = { "multitier:server": { replicas: 2 } };
    const labels = { "multitier:host": "other.example" };

    it("is the changed setting whose key names the tier", () => {
        const found = report([change("server"), change("client")], {}, server);
        expect(causes(found)).to.deep.equal({
            server: ["multitier:server.replicas"],
            client: ["setting-or-code"],
        });
        expect(found.settings).to.deep.equal([]);
    });

    it("is the code where no setting has changed at all", () => {
        expect(causes(report([change("server")]))).to.deep.equal({ server: ["code"] });
    });

    it("is left open where a setting of all tiers has changed, which stands above the tiers", () => {
        const found = report([change("server")], {}, labels);
        expect(causes(found)).to.deep.equal({ server: ["setting-or-code"] });
        expect(found.settings).to.deep.equal([
            { key: "multitier:host", before: undefined, after: '"other.example"' },
        ]);
        expect(terminal(found, false)).to.match(/multitier:host: unset → "other\.example"\n[^]*server/);
    });

    it("is left open where not all settings of the last up are known", () => {
        const changes = { stack: "dev", source: "deployed", against: "", remarks: [] } as const;
        const found = reportOf({
            ...changes,
            changes: [change("server")],
            settings: [],
            settingsComplete: false,
        });
        expect(causes(found)).to.deep.equal({ server: ["setting-or-code"] });
    });

    it("is none of a tier to which nothing happens: its changed setting stands above", () => {
        const found = report([change("server", { operation: "same", properties: [] })], {}, server);
        expect(causes(found)).to.deep.equal({ server: [] });
        expect(found.settings.map(({ key }) => key)).to.deep.equal(["multitier:server.replicas"]);
    });

    it("is the image's sources where that is what the image is built from, beside a setting too", () => {
        const image = (digit: string): string => `localhost/multitier/server:${digit.repeat(12)}`;
        const rolled = change("server", {
            properties: [property("spec.template.image", image("1"), image("2"))],
        });
        expect(causes(report([rolled]))).to.deep.equal({ server: ["app/server"] });
        expect(causes(report([rolled], {}, server))).to.deep.equal({
            server: ["multitier:server.replicas", "app/server"],
        });
    });

    it("is in other rows where only generated names and passwords change", () => {
        const password = change("credentials", {
            type: "random:index/randomPassword:RandomPassword",
            operation: "replace",
            properties: [property("keepers.version", "1", "2")],
        });
        const follows = (after: unknown): ResourceChange =>
            change("mysql", { properties: [property("spec.template.secretName", "a", after)] });
        for (const after of ["[known after up]", "files-auto (new)", "[another secret]"]) {
            expect(causes(report([password, follows(after)]))["mysql"], after).to.deep.equal(["follows"]);
        }
        expect(causes(report([follows("[another secret]")]))["mysql"]).to.deep.equal(["code"]);
    });
});

describe("the settings since the last up", () => {
    const record = (result: string, config: Readonly<Record<string, unknown>>, kind = "update"): object => ({
        kind,
        result,
        config: Object.fromEntries(
            Object.entries(config).map(([key, value]) => [key, { value, secret: value === undefined }]),
        ),
    });

    it("are compared with its last update that succeeded, values read as Pulumi writes them", () => {
        const history = JSON.stringify([
            record("failed", { "multitier:server": '{"replicas":9}' }),
            record("succeeded", { "multitier:server": '{"replicas":8}' }, "refresh"),
            record("succeeded", { "multitier:server": '{"replicas":2}', "multitier:protect": "true" }),
            record("succeeded", { "multitier:server": '{"replicas":7}' }),
        ]);
        const present = { "multitier:server": { replicas: 3 }, "multitier:protect": true };
        const { settings, complete } = changesBetween(updatesIn(history), present);
        expect(settings).to.deep.equal([
            { key: "multitier:server.replicas", group: "server", before: 2, after: 3 },
        ]);
        expect(complete).to.equal(true);
    });

    it("are read from the managed backend's records, of which a failed or unknown one counts for nothing", () => {
        const folder = mkdtempSync(join(tmpdir(), "multitier-history-"));
        const write = (time: number, text: string): void => {
            writeFileSync(join(folder, `dev-${time}.history.json`), text);
        };
        const update = (result: string, host: unknown): string =>
            JSON.stringify({ kind: "update", result, config: { "multitier:host": host } });
        try {
            expect(recordedUpdates(join(folder, "none"))).to.deep.equal([]);
            write(1, update("succeeded", "a"));
            write(2, update("succeeded", { secure: "v1:b" }));
            write(3, update("failed", "c"));
            write(4, '{"another":"form"}');
            write(5, '{"half');
            writeFileSync(join(folder, "dev-6.checkpoint.json"), update("succeeded", "d"));
            const updates = recordedUpdates(folder);
            expect(updates.map(({ config }) => config["multitier:host"])).to.deep.equal([
                "c",
                { secure: "v1:b" },
                "a",
            ]);
            expect(changesBetween(updates, { "multitier:host": "e" }).complete).to.equal(false);
            writeFileSync(join(folder, "dev-7.history.json"), update("succeeded", "f"));
            expect(changesBetween(recordedUpdates(folder), { "multitier:host": "e" }).settings).to.deep.equal(
                [{ key: "multitier:host", group: "host", before: "f", after: "e" }],
            );
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("are not all known where one is encrypted, nor where there is no such update", () => {
        const encrypted = JSON.stringify([record("succeeded", { "multitier:host": undefined })]);
        expect(changesBetween(updatesIn(encrypted), { "multitier:host": { secure: "a" } })).to.deep.equal({
            settings: [],
            complete: false,
        });
        expect(changesBetween(updatesIn(""), { "multitier:host": "a" })).to.deep.equal({
            settings: [],
            complete: false,
        });
    });
});

describe("a preview that finds data at risk", () => {
    const claim: ResourceChange = change("mysql", {
        type: "kubernetes:core/v1:PersistentVolumeClaim",
        operation: "replace",
    });

    it("ends with 2, and with 0 where the loss is allowed", () => {
        const found = report([claim]);
        expect(exitCode([report([]), found], false)).to.equal(2);
        expect(exitCode([found], true)).to.equal(0);
        expect(exitCode([report([change("server")])], false)).to.equal(0);
    });

    it("says of what is protected that up refuses to delete it", () => {
        const before = { inputs: {}, protect: true };
        expect(findingsOf([{ ...claim, before }]).dataAtRisk[0]?.text).to.include("It is protected");
        const deleted = change("server", { operation: "delete", before, after: undefined });
        const [notice] = findingsOf([deleted]).notices;
        expect(notice).to.deep.equal({
            tier: "server",
            resource: "Deployment server-deployment",
            text: "is protected: up refuses to delete it.",
        });
    });
});

describe("a preview on a cluster that doesn't answer", () => {
    const trouble = "The cluster of the context kind-a (https://127.0.0.1:1) doesn't answer: refused.";

    it("is refused where something is deployed", () => {
        expect(() => remarkOn(trouble, [change("server")])).to.throw("no preview of what is deployed");
    });

    it("has a remark where all is new", () => {
        const created = change("server", { operation: "create", before: undefined, properties: [] });
        expect(remarkOn(trouble, [created]))
            .to.include(trouble)
            .and.include("Nothing of the stack is deployed");
    });
});

describe("the files that a preview is written to", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-output-"));
        mkdirSync(join(folder, "taken"));
        writeFileSync(join(folder, "file"), "");
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    const refusal = async (file: string): Promise<string> =>
        await checkWritable({ "--json": undefined, "--markdown": file }).then(
            () => "",
            (error: unknown) => (error instanceof Error ? error.message : ""),
        );

    it("are refused before any work where there is no such folder, or a folder in their place", async () => {
        const nowhere = join(folder, "nope", "x.md");
        expect(await refusal(nowhere))
            .to.include(`--markdown: ${nowhere}`)
            .and.include("there is no folder");
        expect(await refusal(join(folder, "file", "x.md"))).to.include("there is no folder");
        expect(await refusal(join(folder, "taken"))).to.include("it is a folder");
    });

    it("may be there or not", async () => {
        expect(await refusal(join(folder, "new"))).to.equal("");
        expect(await refusal(join(folder, "file"))).to.equal("");
        await checkWritable({ "--markdown": true });
    });
});
