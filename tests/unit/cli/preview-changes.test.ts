import { expect } from "chai";
import { findingsOf } from "../../../cli/preview/data-at-risk.ts";
import {
    parseEvents,
    type PreviewEvent,
    type Step,
    type StepState,
} from "../../../cli/preview/engine-event.ts";
import { EngineChanges } from "../../../cli/preview/engine-changes.ts";
import { lockfileRemark } from "../../../cli/preview/lockfiles.ts";
import { propertyDifferences } from "../../../cli/preview/property-differences.ts";
import { renderedChanges } from "../../../cli/preview/rendered-changes.ts";
import { settingChanges } from "../../../cli/preview/setting-changes.ts";
import { shownValues } from "../../../cli/preview/shown-value.ts";
import type { RenderedResource } from "../../../rendering/rendered-resource.ts";

describe("the settings that differ", () => {
    it("are told one by one, by their full keys, each with the group that its key begins with", () => {
        const before = { "multitier:server": { replicas: 2, resources: { limits: { cpu: "1" } } } };
        const after = { "multitier:server": { replicas: 3, resources: { limits: { cpu: "2" } } } };
        expect(settingChanges(before, after)).to.deep.equal([
            { key: "multitier:server.replicas", group: "server", before: 2, after: 3 },
            { key: "multitier:server.resources.limits.cpu", group: "server", before: "1", after: "2" },
        ]);
    });

    it("are told by their innermost parts where only one side has them", () => {
        const [change] = settingChanges({}, { "multitier:server": { resources: { limits: { cpu: "2" } } } });
        expect(change).to.deep.include({
            key: "multitier:server.resources.limits.cpu",
            before: undefined,
            after: "2",
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
        expect(shownValues("a\u001b[31m", undefined)).to.deep.equal({
            before: '"a\\u001b[31m"',
            after: undefined,
        });
        const { before = "", after = "" } = shownValues(`${"x".repeat(500)}1`, `${"x".repeat(500)}2`);
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

    it("replaces what goes to another namespace, and updates what has another label", () => {
        const labelled = (metadata: object): RenderedResource[] => [
            resource({ name: "a", inputs: { metadata } }),
        ];
        const operation = (metadata: object): string | undefined =>
            renderedChanges(labelled({ namespace: "shop" }), labelled(metadata))[0]?.operation;
        expect(operation({ namespace: "shop2" })).to.equal("replace");
        expect(operation({ namespace: "shop", labels: { a: "b" } })).to.equal("update");
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
        old: StepState | undefined,
        now: StepState | undefined,
        more: Partial<Step> = {},
    ): PreviewEvent => ({
        resourcePreEvent: {
            metadata: { op, urn: urn("a$kubernetes:core/v1:Secret::files"), old, new: now, ...more },
        },
    });
    const state = (inputs: Record<string, unknown>): StepState => ({
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
            engine.take(event);
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
        engine.take(event);
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
        engine.take(event);
        const [change] = engine.changes();
        expect(change?.properties.map(({ path, after }) => ({ path, after }))).to.deep.equal([
            { path: "data", after: "[another secret]" },
        ]);
    });

    it("of components and default providers are none, but those of a provider in the program are", () => {
        const engine = new EngineChanges();
        engine.take(step("create", undefined, { ...state({}), custom: false }));
        const type = "pulumi:providers:kubernetes";
        for (const name of ["default_4_25_0", "cluster"]) {
            engine.take(step("create", undefined, { ...state({}), type }, { urn: urn(`${type}::${name}`) }));
        }
        expect(engine.changes().map(({ name }) => name)).to.deep.equal(["cluster"]);
    });

    it("of a replacement are that too where another step follows", () => {
        const engine = new EngineChanges();
        engine.take(step("replace", state({ a: 1 }), state({ a: 2 })));
        engine.take(step("same", state({ a: 2 }), state({ a: 2 })));
        expect(engine.changes()[0]).to.include({ operation: "replace" });
    });

    it("say which properties replace a resource, by its provider's reasons", () => {
        const engine = new EngineChanges();
        const [old, now] = [state({ spec: { a: 1, b: 1 } }), state({ spec: { a: 2, b: 2 } })];
        engine.take(step("replace", old, now, { keys: [".spec.a"] }));
        expect(
            engine.changes()[0]?.properties.map(({ path, replaces }) => ({ path, replaces })),
        ).to.deep.equal([
            { path: "spec.a", replaces: true },
            { path: "spec.b", replaces: false },
        ]);
    });

    it("have words for a value that is known only later, at any depth", () => {
        const engine = new EngineChanges();
        const later = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        engine.take(step("update", state({ a: ["x"], b: "y" }), state({ a: [later], b: later })));
        expect(engine.changes()[0]?.properties.map(({ after }) => after)).to.deep.equal([
            "[known after up]",
            "[known after up]",
        ]);
    });

    it("are read line by line, and refused where one has another form than Pulumi's", () => {
        const event = step("create", undefined, state({}));
        expect(parseEvents(`${JSON.stringify({ sequence: 1, ...event })}\n{"sequence":2}\n`)).to.have.length(
            2,
        );
        for (const line of ["{", '{"resourcePreEvent":{"metadata":{"op":1}}}', "17"]) {
            expect(() => parseEvents(`{}\n${line}\n`), line).to.throw("Line 2");
        }
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
