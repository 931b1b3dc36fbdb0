import { expect } from "chai";
import { parseSettings } from "../../../settings/parse";
import { parseStackFile, projectName } from "../../../settings/stack-file";
import { mistakesIn } from "./examples";

function read(text: string, projectText?: string): Readonly<Record<string, unknown>> {
    return parseStackFile(text, "Pulumi.test.yaml", projectText);
}

describe("a stack's file that no person meant", () => {
    const refused: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
        "an alias within what it stands for": [
            "config:\n  multitier:server: &a\n    resources: *a\n",
            /Pulumi\.test\.yaml is not YAML: the alias \*a stands within what it stands for, at line 3/,
        ],
        "an alias deep within what it stands for": [
            "config: &c\n  multitier:server: { resources: { limits: [1, *c] } }\n",
            /the alias \*c stands within what it stands for, at line 2/,
        ],
        "an alias without an anchor": [
            "config:\n  multitier:host: *nowhere\n",
            /Pulumi\.test\.yaml is not YAML: the alias \*nowhere has no anchor before it, at line 2/,
        ],
        "aliases that multiply": [
            `${Array.from({ length: 9 }, (_, i) => `x${i}: &x${i} [${i === 0 ? "1" : `*x${i - 1}, *x${i - 1}`}]\n`).join("")}config: {}\n`,
            /Pulumi\.test\.yaml is not YAML: Excessive alias count/,
        ],
        "a key that is there twice": [
            "config:\n  multitier:host: a\n  multitier:host: b\n",
            /Pulumi\.test\.yaml is not YAML: the key "multitier:host" is there twice, at line 3/,
        ],
        "a setting beside `config`": [
            "multitier:context: kind-multitier\nmultitier:host: a\n",
            /Pulumi\.test\.yaml: expected a mapping under `config`, .*; Pulumi reads no "multitier:context" beside it/,
        ],
        "a setting without its namespace beside `config`": [
            "config:\n  multitier:context: x\nhost: a\n",
            /Pulumi reads no "host" beside it/,
        ],
        "a misspelled `config`": ["confg:\n  multitier:context: x\n", /Pulumi reads no "confg" beside it/],
    };
    for (const [what, [text, message]] of Object.entries(refused)) {
        it(`is refused for ${what}, with its name and the place`, () => {
            expect(() => read(text)).to.throw(message);
        });
    }

    it("can hold what an anchor is for, and the same values more than once", () => {
        expect(read("x-size: &size { memory: 1Gi }\nconfig:\n  a: *size\n  b: *size\n")).to.deep.equal({
            "multitier:a": { memory: "1Gi" },
            "multitier:b": { memory: "1Gi" },
        });
        // A name may be given again: the alias stands for the inner one.
        expect(read("config: &a\n  x: { y: &a 1, z: *a }\n")).to.deep.equal({
            "multitier:x": { y: 1, z: 1 },
        });
    });

    it("has merge keys merged, as Pulumi does", () => {
        const text =
            "x-base: &base { multitier:host: a, multitier:protect: true }\nconfig: { <<: *base, multitier:host: b }\n";
        expect(read(text)).to.deep.equal({ "multitier:host": "b", "multitier:protect": true });
    });

    it("with tens of thousands of unknown keys or aliases is refused in seconds, in a bounded message", () => {
        const many = Array.from({ length: 40_000 }, (_, index) => index);
        const unknown = read(`config:\n${many.map((index) => `  multitier:key${index}: x\n`).join("")}`);
        expect(mistakesIn(unknown)).to.have.lengthOf(40_001);
        expect(() => parseSettings(unknown, { source: "Pulumi.test.yaml" }))
            .to.throw(/^40001 mistakes in the settings of Pulumi\.test\.yaml:[^]*\n {2}and 39951 more\n$/)
            .with.property("message")
            .with.lengthOf.below(50_000);
        const anchors = many.map((index) => `k${index}: &a${index} x`).join(", ");
        const aliases = many.map((index) => `*a${index}`).join(", ");
        expect(() => read(`config: { ${anchors} }\nx: [${aliases}]\n`)).to.throw(
            /more than 100 aliases, at line 2/,
        );
    });
});

describe("the config of a stack with that of its project", () => {
    const project = `
name: multitier
runtime: nodejs
config:
  multitier:context: kind-multitier
  host: { default: project.example }
  multitier:namespace: { type: string, default: team }
  multitier:server.replicas: { value: 4 }
  multitier:ingress: { value: { externalPort: 8081, className: project } }
  multitier:clusterDomain: { type: string }
  kubernetes:x: 5
`;

    it("is the project's where the stack says nothing", () => {
        expect(read("", project)).to.deep.equal({
            "multitier:context": "kind-multitier",
            "multitier:host": "project.example",
            "multitier:namespace": "team",
            "multitier:server": { replicas: 4 },
            "multitier:ingress": { externalPort: 8081, className: "project" },
            "kubernetes:x": 5,
        });
        expect(parseSettings(read("", project))).to.deep.include({
            namespace: "team",
            host: "project.example",
        });
    });

    it("is the stack's where both say something: a mapping as a whole, unless the project names a path in it", () => {
        const text =
            "config: { host: own, multitier:ingress: { className: own }, multitier:server: { image: s:1 } }";
        expect(read(text, project)).to.deep.include({
            "multitier:host": "own",
            "multitier:ingress": { className: "own" },
            "multitier:server": { image: "s:1", replicas: 4 },
        });
        expect(read(text, project)).to.not.have.property("host");
        expect(
            read("config: { multitier:server: { replicas: 7 } }", project)["multitier:server"],
        ).to.deep.equal({
            replicas: 7,
        });
    });

    it("is refused where the program has values from an environment, which can't be read here", () => {
        for (const environment of [
            "[shop/prod]",
            "{ imports: [shop/prod] }",
            "{ values: { pulumiConfig: { a: 1 } } }",
        ]) {
            expect(() => read(`environment: ${environment}\nconfig: { multitier:context: x }`)).to.throw(
                /^Pulumi\.test\.yaml takes values from an environment of Pulumi Cloud/,
            );
        }
        for (const nothing of ["", "[]", "{}"]) {
            expect(read(`environment: ${nothing}\nconfig: { multitier:host: x }`)).to.deep.equal({
                "multitier:host": "x",
            });
        }
    });

    it("is refused where Pulumi reads the stacks' files elsewhere", () => {
        for (const key of ["stackConfigDir", "config"]) {
            expect(() => read("", `name: multitier\n${key}: stacks\n`)).to.throw(
                "Pulumi.yaml has Pulumi read the stacks' files in stacks",
            );
        }
    });

    it("has the settings under multitier: whatever the project is called, and other keys under its name, as Pulumi does", () => {
        const renamed = project.replace("name: multitier", "name: storefront");
        const config = read("config: { protect: true, multitier:redis: { image: r:1 } }", renamed);
        expect(config).to.deep.include({
            "multitier:context": "kind-multitier",
            "multitier:redis": { image: "r:1" },
            "storefront:host": "project.example",
            "storefront:protect": true,
        });
        expect(config).to.not.have.any.keys("multitier:host", "multitier:protect", "host", "protect");
    });

    it("takes the project's name from its file, which has to have one", () => {
        expect(projectName("name: storefront")).to.equal("storefront");
        for (const text of ["", "runtime: nodejs", "name: ''", "- name"]) {
            expect(() => projectName(text)).to.throw("Pulumi.yaml has no name");
        }
    });

    it("is the stack's alone where the project's file has none, and names the project's file where it isn't YAML", () => {
        expect(read("config: { a: 1 }", "name: multitier\nconfig:\n")).to.deep.equal({ "multitier:a": 1 });
        expect(() => read("", "config: [")).to.throw(/^Pulumi\.yaml is not YAML: /);
    });
});
