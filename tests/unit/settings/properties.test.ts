import { expect } from "chai";
import fc from "fast-check";
import { parseSettings } from "../../../settings/parse";
import { fullKey } from "../../../settings/path";
import { settingsSchema } from "../../../settings/schema";
import { Mistake } from "../../../settings/settings-error";
import { isMappingSchema, knownPaths, valueSchema } from "../../../settings/structure";
import { asText, keysOf, leastConfig, mistakesIn } from "./examples";

type Settings = Record<string, unknown>;

/** A value for one setting. */
interface Given {
    readonly path: readonly string[];
    readonly value: unknown;
}

function isGroup(path: readonly string[]): boolean {
    const schema = path.reduce<Parameters<typeof valueSchema>[0] | undefined>((around, key) => {
        const mapping = around === undefined ? undefined : valueSchema(around);
        return mapping !== undefined && isMappingSchema(mapping) ? mapping.entries[key] : undefined;
    }, settingsSchema);
    return schema !== undefined && isMappingSchema(valueSchema(schema));
}

/** An autoscaling has a setting that must be given, so it is only sound, or not, as a whole. */
const paths = knownPaths(settingsSchema).filter((path) => !path.slice(0, -1).includes("autoscaling"));
const groupPaths = paths.filter((path) => isGroup(path) && !path.includes("autoscaling"));
const valuePaths = paths.filter((path) => !groupPaths.includes(path));

function isUnder(path: readonly string[], group: readonly string[]): boolean {
    return path.length >= group.length && group.every((key, index) => key === path[index]);
}

function setAt(settings: Settings, [first = "", ...rest]: readonly string[], value: unknown): Settings {
    const inner: unknown = Object.hasOwn(settings, first) ? settings[first] : undefined;
    const innerSettings =
        typeof inner === "object" && inner !== null ? Object.fromEntries(Object.entries(inner)) : {};
    return Object.fromEntries([
        ...Object.entries(settings).filter(([key]) => key !== first),
        [first, rest.length === 0 ? value : setAt(innerSettings, rest, value)],
    ]);
}

/** The least config with these values set in it. */
function configWith(given: readonly Given[]): Settings {
    return given.reduce<Settings>(
        (config, { path: [first = "", ...rest], value }) =>
            setAt(config, [`multitier:${first}`, ...rest], value),
        leastConfig,
    );
}

/** Rules compare settings, so that what they say of one depends on others. All else is about one setting alone. */
function withoutRules(mistakes: readonly Mistake[]): string[] {
    return mistakes
        .filter(({ problem }) => problem.includes("did you mean") || !problem.includes("multitier:"))
        .map((mistake) => JSON.stringify(mistake))
        .sort();
}

const wildValue = fc.oneof(
    fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSparseArray: true,
    }),
    fc.jsonValue(),
    fc.constantFrom<unknown>(
        "",
        "true",
        "-1",
        "1Gi",
        "server:1",
        "[]",
        "{}",
        '{"__proto__":{}}',
        Number.NaN,
        -0,
        null,
    ),
    fc.constantFrom<unknown>(0, 1, 3, 80, 443, 1e21, "500m", "256Mi", "shop", true, false, {
        maxReplicas: 1,
    }),
    fc.constantFrom<unknown>("x".repeat(100_000), JSON.parse('{"__proto__":{"image":"server:1"}}'), {
        secure: "AAA",
    }),
);

const wildName = fc.oneof(
    fc.string(),
    fc.constantFrom(
        "__proto__",
        "constructor",
        "toString",
        "repliacs",
        "image",
        "host",
        "a.b",
        'a"b',
        "a[0]",
    ),
);

/** Values all over the settings; none lies in another. */
const wildSettings = fc
    .record({
        known: fc.uniqueArray(fc.record({ path: fc.constantFrom(...valuePaths), value: wildValue }), {
            selector: ({ path }) => path.join("."),
            maxLength: 12,
        }),
        unknown: fc.uniqueArray(
            fc.record({ group: fc.constantFrom([], ...groupPaths), name: wildName, value: wildValue }),
            { selector: ({ group, name }) => JSON.stringify([...group, name]), maxLength: 3 },
        ),
        replacedGroups: fc.uniqueArray(
            fc.record({
                path: fc.constantFrom(...groupPaths),
                value: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom(null, [], ["x"])),
            }),
            { selector: ({ path }) => path.join("."), maxLength: 2 },
        ),
    })
    .map(({ known, unknown, replacedGroups }): Given[] => {
        const names = unknown
            .map(({ group, name, value }) => ({ path: [...group, name], value }))
            .filter(
                ({ path }) =>
                    !paths.some((knownPath) => isUnder(path, knownPath) && isUnder(knownPath, path)),
            );
        const replaced = replacedGroups.filter(
            ({ path }) =>
                !replacedGroups.some((other) => other.path.length < path.length && isUnder(path, other.path)),
        );
        const outside = [...known, ...names].filter(
            ({ path }) => !replaced.some((group) => isUnder(path, group.path)),
        );
        return [...outside, ...replaced];
    });

/** For each setting with values of its own, one that is certainly wrong and one that is certainly right. */
function sample(path: readonly string[]): { readonly wrong: unknown; readonly right: unknown } {
    const isRequest = path.includes("requests");
    const samples: Readonly<Record<string, { wrong: unknown; right: unknown }>> = {
        context: { wrong: "", right: "anything goes" },
        kubeconfig: { wrong: "{}", right: "kubeconfig" },
        protect: { wrong: "maybe", right: false },
        await: { wrong: "maybe", right: false },
        ephemeral: { wrong: "maybe", right: false },
        imagePullSecrets: { wrong: "registry", right: ["registry"] },
        userId: { wrong: 10001, right: "none" },
        externalPort: { wrong: 0, right: 8080 },
        port: { wrong: 0, right: 5353 },
        cidrs: { wrong: "10.0.0.0/8", right: ["10.0.0.0/8"] },
        podLabels: { wrong: {}, right: { app: "traefik" } },
        image: { wrong: "no-tag", right: "registry.example.com/image:1" },
        autoscaling: { wrong: [], right: { maxReplicas: 4 } },
        replicas: { wrong: -1, right: 4 },
        cpu: { wrong: "1 core", right: isRequest ? "1m" : "8" },
        memory: { wrong: "512m", right: isRequest ? "2Mi" : "8Gi" },
        "ephemeral-storage": { wrong: "1", right: isRequest ? "2Mi" : "8Gi" },
        size: { wrong: "huge", right: "2Gi" },
        maxMemory: { wrong: "100mb", right: "64Mi" },
        database: { wrong: "mysql", right: "orders" },
        user: { wrong: "root", right: "orders" },
        mysql: { wrong: 0, right: 2 },
        mysqlRoot: { wrong: 0, right: 2 },
        redis: { wrong: 0, right: 2 },
    };
    return samples[path.at(-1) ?? ""] ?? { wrong: "No DNS name", right: path.join("-").toLowerCase() };
}

describe("any settings whatever", function () {
    // Hundreds of cases on a busy machine take as long as they take.
    this.timeout(0);

    it("are parsed, or refused with a list of mistakes that a person can read", () => {
        fc.assert(
            fc.property(
                fc.dictionary(
                    fc.oneof(
                        fc
                            .constantFrom(...Object.keys(settingsSchema.entries))
                            .map((key) => `multitier:${key}`),
                        fc.string().map((key) => `multitier:${key}`),
                        fc.string(),
                    ),
                    wildValue,
                ),
                (config) => {
                    for (const { key, value = "", problem } of mistakesIn(config)) {
                        expect(key).to.have.length.within(1, 300);
                        expect(value).to.have.length.within(0, 500);
                        expect(problem).to.have.length.within(10, 500);
                        expect(`${key}${value}`).to.not.match(/[\r\n]/);
                    }
                },
            ),
            { numRuns: 150 },
        );
    });

    it("give the complete list: exactly the mistakes that each value gives alone", () => {
        fc.assert(
            fc.property(wildSettings, (given) => {
                const alone = given.flatMap((one) => withoutRules(mistakesIn(configWith([one]))));
                expect(withoutRules(mistakesIn(configWith(given)))).to.deep.equal([...new Set(alone)].sort());
            }),
            { numRuns: 150 },
        );
    });

    it("give the same answer as text from Pulumi and as YAML from a file", () => {
        const nested = valuePaths.filter((path) => path.length > 1);
        const given = fc.record({ path: fc.constantFrom(...nested), value: fc.jsonValue() });
        fc.assert(
            fc.property(
                fc.uniqueArray(given, { selector: ({ path }) => path.join("."), maxLength: 8 }),
                (values) => {
                    const config = configWith(values);
                    expect(mistakesIn(asText(config))).to.deep.equal(mistakesIn(config));
                },
            ),
        );
    });

    it("are refused at each of the settings that are wrong, and at no other", () => {
        fc.assert(
            fc.property(fc.subarray(valuePaths), (wrongPaths) => {
                const given = wrongPaths.map((path) => ({ path, value: sample(path).wrong }));
                expect(keysOf(mistakesIn(configWith(given)))).to.have.members(wrongPaths.map(fullKey));
            }),
        );
    });

    it("are parsed when each of them is right", () => {
        // A number of pods, and a namespace to create, are as right, but not beside them.
        const alone = ["autoscaling", "existingNamespace"];
        const together = valuePaths.filter((path) => !alone.includes(path.at(-1) ?? ""));
        fc.assert(
            fc.property(fc.subarray(together), (chosen) => {
                const config = configWith(chosen.map((path) => ({ path, value: sample(path).right })));
                expect(mistakesIn(config)).to.deep.equal([]);
            }),
        );
    });

    it("come out unchanged when parsed again", () => {
        const settings = parseSettings(leastConfig);
        const again = Object.fromEntries(
            Object.entries(settings).map(([key, value]) => [`multitier:${key}`, value]),
        );
        expect(parseSettings(again)).to.deep.equal(settings);
    });
});
