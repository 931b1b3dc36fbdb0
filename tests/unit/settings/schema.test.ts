import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "chai";
import { parse } from "yaml";
import { stackFileSchema } from "../../../settings/json-schema";
import { parseSettings } from "../../../settings/parse";
import { fullKey } from "../../../settings/path";
import { settingsSchema } from "../../../settings/schema";
import { readStackFile } from "../../../settings/stack-file";
import { knownPaths } from "../../../settings/structure";
import { settingsTable, withSettingsTable } from "../../../settings/table";
import { schemaFile, settingsPage } from "../../../settings/write-schema";

const root = join(__dirname, "..", "..", "..");
const stackFiles = ["Pulumi.dev.yaml", "tests/golden/stacks/production.yaml"];

describe("the JSON Schema of a stack's file", () => {
    const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
        stackFileSchema(),
    );

    function errorsOf(config: Readonly<Record<string, unknown>>): string[] {
        validate({ config: { "multitier:context": "kind-multitier", ...config } });
        return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
    }

    it("is committed as it is now: `npm run schema` writes it", () => {
        expect(JSON.parse(readFileSync(schemaFile, "utf8"))).to.deep.equal(stackFileSchema());
    });

    for (const file of stackFiles) {
        it(`accepts ${file}, and so does the program`, () => {
            const content: unknown = parse(readFileSync(join(root, file), "utf8"));
            expect(validate(content), JSON.stringify(validate.errors)).to.equal(true);
            expect(() => parseSettings(readStackFile(join(root, file)))).not.to.throw();
        });
    }

    it("is the one that Pulumi.dev.yaml names to editors", () => {
        const [line = ""] = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8").split("\n");
        expect(join(root, /\$schema=(\S+)$/.exec(line)?.[1] ?? "")).to.equal(schemaFile);
    });

    it("refuses a slip at every depth", () => {
        expect(errorsOf({ "multitier:hots": "x" })).to.deep.equal(["/config additionalProperties"]);
        expect(errorsOf({ "multitier:server": { replcias: 3 } })).to.deep.equal([
            "/config/multitier:server additionalProperties",
        ]);
        expect(errorsOf({ "multitier:mysql": { storage: { sise: "1Gi" } } })).to.deep.equal([
            "/config/multitier:mysql/storage additionalProperties",
        ]);
    });

    it("refuses wrong values", () => {
        expect(errorsOf({ "multitier:host": "http://x" })).to.deep.equal(["/config/multitier:host pattern"]);
        expect(errorsOf({ "multitier:ingress": { externalPort: 0 } })).to.have.lengthOf(1);
        expect(errorsOf({ "multitier:mysql": { resources: { limits: { memory: "1GB" } } } })).to.not.be.empty;
        expect(errorsOf({ "multitier:context": undefined })).to.not.be.empty;
    });

    it("accepts what Pulumi and other packages keep in the file, and what `pulumi config set` writes", () => {
        expect(
            errorsOf({ "kubernetes:context": "x", "pulumi:tags": { a: "b" }, "multitier:protect": "true" }),
        ).to.be.empty;
        expect(
            validate({ config: { "multitier:context": "x" }, encryptionsalt: "v1:x", environment: ["dev"] }),
        ).to.equal(true);
    });

    it("tells an editor the meaning and the default of a setting", () => {
        const text = JSON.stringify(stackFileSchema());
        expect(text).to.not.match(/"(?:expected|defaultText|otherwise)":/);
        expect(text).to.contain(
            '"multitier:namespace":{"description":"The namespace of the application, which the stack creates and removes. Expected: ',
        );
        expect(text).to.contain("Default: 443 with tlsSecretName, else 80.");
    });
});

describe("the table of settings", () => {
    it("has each setting once, with its meaning and default", () => {
        const rows = settingsTable().split("\n").slice(2);
        expect(rows).to.include(
            "| `multitier:namespace` | The namespace of the application, which the stack creates and removes | `shop` |",
        );
        expect(rows).to.include(
            "| `multitier:{client,server,worker}.replicas` | The number of pods; not together with autoscaling | 2, 2, 1 |",
        );
        const keys = rows.flatMap((row) => {
            const [, start = "", alternatives, rest = ""] =
                /`(multitier:)(?:\{([^}]*)\})?([^`]*)`/.exec(row) ?? [];
            return (alternatives?.split(",") ?? [""]).map((name) => start + name + rest);
        });
        const known = knownPaths(settingsSchema);
        const groups = known.filter((path) =>
            known.some(
                (other) => other.length > path.length && path.every((key, index) => key === other[index]),
            ),
        );
        const values = known.filter((path) => !groups.includes(path) || path.at(-1) === "autoscaling");
        expect(keys).to.have.members(values.map(fullKey));
    });

    it("replaces what stands between the markers, and nothing else", () => {
        const [before, after] = ["# Title\n\n<!-- settings -->", "<!-- /settings -->\n\nmore"];
        const text = withSettingsTable(`${before}\nold\n${after}`);
        expect(text).to.equal(`${before}\n\n${settingsTable()}\n\n${after}`);
        expect(withSettingsTable(text)).to.equal(text);
        expect(withSettingsTable("no markers")).to.equal("no markers");
    });

    it("stands in docs/settings.md as it is now: `npm run schema` writes it", () => {
        // prettier aligns the columns.
        const compact = (text: string) => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");
        expect(compact(readFileSync(settingsPage, "utf8"))).to.contain(compact(settingsTable()));
    });
});

describe("reading a stack's file", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "settings-"));
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    function read(text: string): Readonly<Record<string, unknown>> {
        const file = join(folder, "Pulumi.test.yaml");
        writeFileSync(file, text);
        return readStackFile(file);
    }

    it("returns its config as it stands there", () => {
        expect(
            read("config:\n  multitier:host: a.example\n  kubernetes:x: { y: 1 }\nencryptionsalt: v1\n"),
        ).to.deep.equal({
            "multitier:host": "a.example",
            "kubernetes:x": { y: 1 },
        });
    });

    it("returns nothing where there is no config", () => {
        expect(read("")).to.deep.equal({});
        expect(read("encryptionsalt: v1\n")).to.deep.equal({});
        expect(read("config:\n")).to.deep.equal({});
    });

    it("names the file when it isn't YAML, or has something else as config", () => {
        expect(() => read("config: [")).to.throw(/Pulumi\.test\.yaml is not YAML: .*line 1/s);
        expect(() => read("- a\n")).to.throw(/Pulumi\.test\.yaml: expected a mapping/);
        expect(() => read("config: [a]\n")).to.throw(/Pulumi\.test\.yaml: expected a mapping/);
    });

    it("keeps a key that objects inherit by as a key", () => {
        expect(Object.keys(read("config:\n  __proto__: { polluted: true }\n"))).to.deep.equal([
            "multitier:__proto__",
        ]);
        expect(Object.hasOwn(Object.prototype, "polluted")).to.equal(false);
    });
});
