import { execFileSync } from "node:child_process";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as v from "valibot";
import * as components from "../../../components";
import { createdResources } from "../../../rendering/created-resources";
import { resourceNamed } from "../../created-resource";

const root = join(dirname(__filename), "..", "..", "..");
const pages = join(root, "docs", "components");

/** The examples of the pages, by the pages' names. */
const examples = new Map(
    readdirSync(pages)
        .filter((file) => file !== "README.md")
        .map((file) => {
            const text = readFileSync(join(pages, file), "utf8");
            return [basename(file, ".md"), /```ts\n([^]*?)```/.exec(text)?.[1] ?? ""] as const;
        }),
);

/** Renders modules of the project under Pulumi's mocks and writes down what they create. */
const harness = `
const pulumi = require("@pulumi/pulumi");
const created = [];
const newResource = ({ type, name, inputs }) => {
    created.push({ type, name, inputs });
    const { metadata } = inputs;
    return { id: name, state: metadata ? { ...inputs, metadata: { name: name + "-auto", ...metadata } } : inputs };
};
pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "multitier", "test").then(async () => {
    await pulumi.runtime.runInPulumiStack(async () => process.argv.slice(2).map((module) => require(module)));
    await pulumi.runtime.disconnect();
    process.stdout.write(JSON.stringify(created));
});
`;

const renderingSchema = v.array(v.object({ type: v.string(), name: v.string(), inputs: v.unknown() }));

describe("the components as a package", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-package-"));
        const installed = join(folder, "node_modules", "@multitier", "components");
        mkdirSync(installed, { recursive: true });
        const module = pathToFileURL(join(root, "components", "pack.mjs")).href;
        const script = `import { pack } from "${module}"; pack(${JSON.stringify(folder)});`;
        const pack = ["--input-type=module", "--eval", script];
        const archive = execFileSync(process.execPath, pack, { encoding: "utf8" }).trim();
        execFileSync("tar", ["-xzf", archive, "-C", installed, "--strip-components=1"]);
        // What npm would install as its peers, without a network.
        const { peerDependencies } = v.parse(
            v.object({ peerDependencies: v.record(v.string(), v.string()) }),
            JSON.parse(readFileSync(join(installed, "package.json"), "utf8")),
        );
        expect(Object.keys(peerDependencies)).to.have.members([
            "@pulumi/kubernetes",
            "@pulumi/pulumi",
            "@pulumi/random",
        ]);
        mkdirSync(join(folder, "node_modules", "@pulumi"));
        for (const peer of Object.keys(peerDependencies)) {
            symlinkSync(join(root, "node_modules", peer), join(folder, "node_modules", peer));
        }
        mkdirSync(join(folder, "node_modules", "@types"));
        symlinkSync(
            join(root, "node_modules", "@types", "node"),
            join(folder, "node_modules", "@types", "node"),
        );
        writeFileSync(join(folder, "package.json"), '{ "name": "empty", "private": true }');
        writeFileSync(join(folder, "harness.js"), harness);
        for (const [page, example] of examples) {
            writeFileSync(join(folder, `${page}.ts`), example);
        }
        const options = {
            module: "nodenext",
            target: "es2022",
            strict: true,
            skipLibCheck: true,
            types: ["node"],
        };
        writeFileSync(
            join(folder, "tsconfig.json"),
            JSON.stringify({ compilerOptions: options, include: ["*.ts"] }),
        );
    });
    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    const render = (...modules: readonly string[]): v.InferOutput<typeof renderingSchema> => {
        const harnessed = ["harness.js", ...modules.map((module) => `./${module}`)];
        const text = execFileSync(process.execPath, harnessed, { cwd: folder, encoding: "utf8" });
        return v.parse(renderingSchema, JSON.parse(text));
    };

    it("render the same Deployment in an empty project as in the checkout", async () => {
        const args = { namespace: "shop", image: "example/api:1", port: 8080, files: { "/etc/a_b": "1" } };
        writeFileSync(
            join(folder, "program.js"),
            `new (require("@multitier/components").Tier)("api", ${JSON.stringify(args)});`,
        );
        const here = await createdResources(() => new components.Tier("api", args));
        const { inputs } = resourceNamed(here, "Deployment", "api-deployment");
        const there = render("program.js").find(({ name }) => name === "api-deployment");
        expect(there?.inputs).to.deep.equal(inputs);
    });

    it("have a page each, whose example is short, type-checks and runs", () => {
        const classes = Object.entries(components)
            .filter(([, value]) => {
                const prototype: unknown = Reflect.get(Object(value) as object, "prototype");
                return prototype instanceof pulumi.ComponentResource;
            })
            .map(([name]) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase())
            .map((name) => name.replace("my-sql", "mysql"));
        expect([...examples.keys()]).to.have.members(classes);
        for (const [page, example] of examples) {
            expect(example.split("\n").length, page).to.be.within(5, 15);
        }
        const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
        execFileSync(process.execPath, [compiler, "-p", folder], { stdio: "inherit" });
        const created = render(...[...examples.keys()].map((page) => `${page}.js`));
        for (const [kind, least] of [
            ["kubernetes:apps/v1:Deployment", examples.size],
            ["kubernetes:core/v1:Namespace", examples.size],
            ["kubernetes:networking.k8s.io/v1:Ingress", 1],
        ] as const) {
            expect(created.filter(({ type }) => type === kind).length, kind).to.be.at.least(least);
        }
    });
});
