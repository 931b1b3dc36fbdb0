import { expect } from "chai";
import { findingsOf } from "../../../cli/preview/data-at-risk.ts";
import { EngineChanges } from "../../../cli/preview/engine-changes.ts";
import { lockfileRemark } from "../../../cli/preview/lockfiles.ts";
import { propertyDifferences } from "../../../cli/preview/property-differences.ts";
import { renderedChanges } from "../../../cli/preview/rendered-changes.ts";
import { settingChanges } from "../../../cli/preview/setting-changes.ts";
import { shownValues } from "../../../cli/preview/shown-value.ts";
import type { RenderedResource } from "../../../rendering/rendered-resource.ts";

describe("the settings that differ", () => {
    it("are told one by one, by their full keys, with the config that has just that one put back", () => {
        const before = { "multitier:server": { replicas: 2, resources: { limits: { cpu: "1" } } } };
        const after = { "multitier:server": { replicas: 3, resources: { limits: { cpu: "2" } } } };
        const changes = settingChanges(before, after);
        expect(changes.map(({ key }) => key)).to.deep.equal([
            "multitier:server.replicas",
            "multitier:server.resources.limits.cpu",
        ]);
        expect(changes[0]?.reverted).to.deep.equal({
            "multitier:server": { replicas: 2, resources: { limits: { cpu: "2" } } },
        });
    });

    it("leave nothing behind when what was not there is put back", () => {
        const [change] = settingChanges({}, { "multitier:server": { resources: { limits: { cpu: "2" } } } });
        expect(change).to.deep.include({
            key: "multitier:server.resources.limits.cpu",
            before: undefined,
            reverted: {},
        });
    });

    it("are one where an encrypted value differs", () => {
        const keys = settingChanges(
            { "multitier:host": { secure: "a" } },
            { "multitier:host": { secure: "b" } },
        ).map(({ key }) => key);
        expect(keys).to.deep.equal(["multitier:host"]);
    });
});

describe("the properties that differ", () => {
    it("go by the names of list items, so that one that is added moves no other", () => {
        const container = (name: string, image: string): object => ({ name, image });
        expect(
            propertyDifferences(
                { containers: [container("b", "1")] },
                { containers: [container("a", "1"), container("b", "2")] },
            ),
        ).to.deep.equal([
            { path: "containers[b].image", before: "1", after: "2" },
            { path: "containers[a]", before: undefined, after: container("a", "1") },
        ]);
    });

    it("are shown where they differ, on one line each, with nothing raw", () => {
        expect(shownValues("a\u001b[31m", undefined)).to.deep.equal(['"a\\u001b[31m"', undefined]);
        const [before = "", after = ""] = shownValues(`${"x".repeat(500)}1`, `${"x".repeat(500)}2`);
        expect(before).to.not.equal(after);
        expect(before.length).to.be.below(200);
    });
});

function resource(over: Partial<RenderedResource> & { readonly name: string }): RenderedResource {
    const type = over.type ?? "kubernetes:core/v1:Service";
    return {
        type,
        urn: `${type}::${over.name}`,
        formerUrns: [],
        inputs: {},
        secrets: {},
        custom: true,
        parents: ["app", "server"],
        protect: false,
        ignoreChanges: [],
        ...over,
    };
}

describe("what two renderings differ by", () => {
    const password = "random:index/randomPassword:RandomPassword";
    const secret = "kubernetes:core/v1:Secret";
    const rotated = (version: string): RenderedResource[] => [
        resource({ name: "password", type: password, inputs: { keepers: { version } } }),
        resource({
            name: "files",
            type: secret,
            inputs: { stringData: { sql: "[secret]" } },
            secrets: { "stringData.sql": "IDENTIFIED BY 'generated-for-password'" },
        }),
        resource({
            name: "deployment",
            type: "kubernetes:apps/v1:Deployment",
            inputs: { spec: { template: { secretName: "files-auto" } } },
        }),
    ];

    it("goes on to whatever uses a generated password or name, without showing it", () => {
        const changes = renderedChanges(rotated("1"), rotated("2"));
        expect(changes.map(({ operation }) => operation)).to.deep.equal(["replace", "replace", "update"]);
        expect(JSON.stringify(changes)).to.not.include("IDENTIFIED");
    });

    it("is nothing where nothing differs", () => {
        const changes = renderedChanges(rotated("1"), rotated("1"));
        expect(changes.every(({ operation }) => operation === "same")).to.equal(true);
    });

    it("overlooks what the engine is told to overlook", () => {
        const scaled = (replicas: number): RenderedResource[] => [
            resource({ name: "a", inputs: { spec: { replicas } }, ignoreChanges: ["spec.replicas"] }),
        ];
        expect(renderedChanges(scaled(1), scaled(2))[0]?.operation).to.equal("same");
    });

    it("names a Service that is renamed without an alias as a risk, and none with an alias", () => {
        const inputs = { metadata: { name: "server" }, spec: { ports: [{ port: 1 }] } };
        const before = [resource({ name: "server-service", inputs })];
        const renamed = resource({ name: "server-svc", inputs });
        const aliased = { ...renamed, formerUrns: before.map(({ urn }) => urn) };
        expect(findingsOf(renderedChanges(before, [renamed])).dataAtRisk).to.have.length(1);
        expect(findingsOf(renderedChanges(before, [aliased])).dataAtRisk).to.have.length(0);
        const another = resource({ name: "api", inputs: { ...inputs, metadata: { name: "api" } } });
        expect(findingsOf(renderedChanges(before, [another])).dataAtRisk[0]?.text).to.include("api");
    });

    it("names a claim that is left, and what loses its protection", () => {
        const workload = (claimName: string): RenderedResource[] => [
            resource({
                name: "deployment",
                type: "kubernetes:apps/v1:Deployment",
                inputs: {
                    spec: { template: { spec: { volumes: [{ persistentVolumeClaim: { claimName } }] } } },
                },
            }),
        ];
        const [risk] = findingsOf(renderedChanges(workload("old"), workload("new"))).dataAtRisk;
        expect(risk?.text).to.include("old").and.include("new");
        const [before, after] = [true, false].map((protect) => [resource({ name: "a", protect })]);
        expect(findingsOf(renderedChanges(before ?? [], after ?? [])).notices).to.have.length(1);
    });
});

describe("the engine's events", () => {
    const urn = (rest: string): string => `urn:pulumi:dev::multitier::${rest}`;
    const step = (
        op: string,
        old: object | undefined,
        now: object | undefined,
        more: object = {},
    ): object => ({
        resourcePreEvent: {
            metadata: { op, urn: urn("a$kubernetes:core/v1:Secret::files"), old, new: now, ...more },
        },
    });
    const state = (inputs: object): object => ({
        custom: true,
        type: "kubernetes:core/v1:Secret",
        parent: "",
        protect: true,
        inputs,
    });
    const marked = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        ciphertext: "abc",
    };

    it("of a replacement are one change, whose secrets are known by their paths alone", () => {
        const engine = new EngineChanges();
        const [old, now] = [state({ data: marked }), state({ data: marked })];
        const detailedDiff = { data: { diffKind: "update-replace" } };
        for (const event of [
            step("create-replacement", old, now, { detailedDiff }),
            step("replace", old, now, { detailedDiff }),
            step("delete-replaced", old, state({})),
        ]) {
            engine.take(Object.assign({ sequence: 0, timestamp: 0 }, event));
        }
        const changes = engine.changes();
        expect(changes).to.have.length(1);
        expect(changes[0]).to.deep.include({ operation: "replace", name: "files" });
        expect(changes[0]?.properties).to.deep.equal([
            { path: "data", before: "[secret]", after: "[another secret]", replaces: true },
        ]);
        expect(JSON.stringify(changes)).to.not.include("abc");
    });

    it("have no properties where a failed preview never came to what follows a replaced resource", () => {
        const engine = new EngineChanges();
        const event = step("delete-replaced", state({ kind: "ConfigMap" }), undefined);
        engine.take(Object.assign({ sequence: 0, timestamp: 0 }, event));
        const [change] = engine.changes();
        expect(change).to.deep.include({ operation: "replace", properties: [] });
    });

    it("of an object that an interrupted replacement has left are its deletion, beside what becomes of the new", () => {
        const engine = new EngineChanges();
        const [old, now] = ["shop", "shop2"].map((name) => state({ metadata: { name } }));
        for (const event of [step("same", now, now), step("delete-replaced", old, undefined)]) {
            engine.take(Object.assign({ sequence: 0, timestamp: 0 }, event));
        }
        const names = engine
            .changes()
            .map(({ operation, before }) => [operation, before?.inputs["metadata"]]);
        expect(names).to.deep.equal([
            ["same", { name: "shop2" }],
            ["delete", { name: "shop" }],
        ]);
    });

    it("of a Secret are told by its data, though the program says stringData as long as some is unknown", () => {
        const engine = new EngineChanges();
        const [old, now] = [state({ data: marked }), state({ stringData: marked })];
        const detailedDiff = { stringData: { diffKind: "update-replace" } };
        const event = step("create-replacement", old, now, { detailedDiff });
        engine.take(Object.assign({ sequence: 0, timestamp: 0 }, event));
        const [change] = engine.changes();
        expect(change?.properties.map(({ path, after }) => ({ path, after }))).to.deep.equal([
            { path: "data", after: "[another secret]" },
        ]);
    });

    it("of components and default providers are none", () => {
        const engine = new EngineChanges();
        engine.take(
            Object.assign(
                { sequence: 0, timestamp: 0 },
                step("create", undefined, { ...state({}), custom: false }),
            ),
        );
        expect(engine.changes()).to.deep.equal([]);
    });
});

describe("two lockfiles", () => {
    const lockfile = (version: string): string =>
        JSON.stringify({
            packages: {
                "": { dependencies: { a: "*" } },
                "node_modules/a": { version },
                "node_modules/b": { version },
            },
        });

    it("are told of where they differ, with the program's own packages", () => {
        expect(lockfileRemark(lockfile("1"), lockfile("1"))).to.deep.equal([]);
        expect(lockfileRemark(lockfile("1"), lockfile("2"))[0])
            .to.include("a 1 → 2")
            .and.not.include("b 1");
    });
});
