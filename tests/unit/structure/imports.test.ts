import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";

import { circlesIn, reachedFrom, readImports, type Import } from "./import-graph.ts";
import { figures, importersOfOffline, roomOf, wrongArrows } from "./rooms.ts";

const project = join(__dirname, "..", "..", "..");

/** The texts of the source files that git knows, or would take. */
function sources(): Map<string, string> {
    const patterns = ["ts", "mts", "cts", "js", "mjs", "cjs"].map((ending) => `*.${ending}`);
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--"];
    const files = execFileSync("git", [...listed, ...patterns], { cwd: project, encoding: "utf8" });
    return new Map(
        files
            .split("\0")
            .filter((file) => file !== "" && existsSync(join(project, file)))
            .map((file) => [file, readFileSync(join(project, file), "utf8")]),
    );
}

function graphOf(texts: Readonly<Record<string, string>>): ReturnType<typeof readImports> {
    return readImports(new Map(Object.entries(texts)));
}

function arrow(from: string, to: string, form: Import["form"] = "static"): Import {
    return { from, to, form };
}

const graph = readImports(sources());
const { rooms, arrows } = figures(graph.imports);

describe(`the project's imports (${graph.imports.length} in ${rooms} rooms with ${arrows} arrows)`, () => {
    it("go only from a room to those that design allows it", () => {
        expect(wrongArrows(graph.imports)).to.deep.equal([]);
    });

    it("go round in no circle, imports of types included", () => {
        expect(circlesIn(graph.imports).map((circle) => circle.join(" → "))).to.deep.equal([]);
    });

    it("can all be followed, except where the end-to-end suite chooses its parts", () => {
        expect(graph.unknown).to.deep.equal(["tests/e2e/sequence.mjs: a computed import"]);
    });

    it("reach offline/ from just one file of cli/", () => {
        const importers = graph.imports
            .filter(({ from, to }) => from.startsWith("cli/") && roomOf(to) === "offline")
            .map(({ from }) => from);
        expect([...new Set(importers)]).to.deep.equal(importersOfOffline);
        expect(importersOfOffline).to.have.length(1);
    });

    it("are read at all: a checker that sees none finds nothing wrong", () => {
        expect(graph.imports.length).to.be.greaterThan(700);
        expect(rooms).to.be.greaterThan(20);
        expect(arrows).to.be.greaterThan(60);
    });

    it("need only production packages where the commands and the program run", () => {
        const { dependencies } = v.parse(
            v.object({ dependencies: v.record(v.string(), v.string()) }),
            JSON.parse(readFileSync(join(project, "package.json"), "utf8")),
        );
        const missing = [
            ...reachedFrom(["cli/cli.ts", "index.ts", "loader/register.js"], graph.imports),
        ].flatMap((file) =>
            [...(graph.packages.get(file) ?? [])]
                .filter((name) => !(name in dependencies))
                .map((name) => `${file} imports ${name}`),
        );
        expect(missing).to.deep.equal([]);
    });
});

describe("the settings' modules", () => {
    it("load without Pulumi's SDK, which takes longer than all else that a command begins with", () => {
        const script =
            'require("./settings/stack-file.ts"); process.stdout.write(Object.keys(require.cache).join("\\n"));';
        const args = ["--require", "./loader/transpile.js", "--eval", script];
        const loaded = execFileSync(process.execPath, args, { cwd: project, encoding: "utf8" }).split("\n");
        expect(loaded.some((file) => file.endsWith("/settings/schema.ts"))).to.equal(true);
        expect(loaded.filter((file) => file.includes("/@pulumi/"))).to.deep.equal([]);
    });
});

describe("the reader of imports", () => {
    it("follows every form of import to the file that it means", () => {
        const { imports, packages, unknown } = graphOf({
            "cli/a.ts": [
                'import { b } from "./b.ts";',
                'import type { C } from "../settings";',
                'export * from "./d";',
                'const e = await import("./e.mjs");',
                'type F = import("./f.ts").F;',
                'const g = require("./g.js");',
                'const h = new URL("h.ts", import.meta.url);',
                'const i = new URL("./h.ts", base);',
                'import "node:fs"; import { x } from "@scope/name/deep.js"; import y from "plain/deep";',
                '// import "./comment.ts";',
                'const text = `import "./text.ts"`;',
            ].join("\n"),
            ...Object.fromEntries(
                [
                    "cli/b.ts",
                    "settings/index.ts",
                    "cli/d.ts",
                    "cli/e.mjs",
                    "cli/f.ts",
                    "cli/g.js",
                    "cli/h.ts",
                ].map((file) => [file, ""]),
            ),
        });
        expect(imports).to.deep.equal([
            arrow("cli/a.ts", "cli/b.ts"),
            arrow("cli/a.ts", "settings/index.ts", "type"),
            arrow("cli/a.ts", "cli/d.ts"),
            arrow("cli/a.ts", "cli/e.mjs", "dynamic"),
            arrow("cli/a.ts", "cli/f.ts", "type"),
            arrow("cli/a.ts", "cli/g.js"),
            arrow("cli/a.ts", "cli/h.ts", "started"),
        ]);
        expect([...(packages.get("cli/a.ts") ?? [])]).to.deep.equal(["@scope/name", "plain"]);
        expect(unknown).to.deep.equal([]);
    });

    it("names an import that leads nowhere and one that is computed", () => {
        const { unknown } = graphOf({ "cli/a.ts": 'import "./gone.ts"; await import(name);' });
        expect(unknown).to.deep.equal([
            "cli/a.ts: ./gone.ts is no source file",
            "cli/a.ts: a computed import",
        ]);
    });

    it("finds a circle of types over three files, and none in a diamond", () => {
        const { imports } = graphOf({
            "cli/a.ts": 'import type { B } from "./b.ts";',
            "cli/b.ts": 'export { c } from "./c.ts";',
            "cli/c.ts": 'await import("./a.ts");',
        });
        expect(circlesIn(imports)).to.deep.equal([["cli/a.ts", "cli/b.ts", "cli/c.ts", "cli/a.ts"]]);
        const diamond = [arrow("a", "b"), arrow("a", "c"), arrow("b", "d"), arrow("c", "d")];
        expect(circlesIn(diamond)).to.deep.equal([]);
    });
});

describe("the table of rooms", () => {
    it("refuses, with file and import, what the design forbids", () => {
        const forbidden = [
            arrow("components/tier.ts", "settings/parse.ts"),
            arrow("settings/parse.ts", "rendering/render.ts"),
            arrow("index.ts", "cli/process/run.ts"),
            arrow("cli/process/run.ts", "cli/terminal/steps.ts"),
            arrow("cli/pulumi/run-update.ts", "cli/session/project.ts"),
            arrow("cli/kind/kind.ts", "cli/cli.ts"),
            arrow("cli/commands/up.ts", "tests/e2e/run.ts"),
            arrow("offline/images/index.ts", "cli/kind/kind.ts"),
            arrow("cli/commands/up.ts", "offline/binaries/provide.ts", "dynamic"),
            arrow("cli/supply/made-here.ts", "offline/binaries/provide.ts"),
            arrow("cli/tools/tools.ts", "offline/binaries/provide.ts", "dynamic"),
            arrow("elsewhere/a.ts", "components/tier.ts"),
        ];
        for (const wrong of forbidden) {
            const [message = "", ...more] = wrongArrows([wrong]);
            expect(message, `${wrong.from} → ${wrong.to}`).to.contain(wrong.from);
            expect(more).to.deep.equal([]);
        }
        expect(wrongArrows([arrow("cli/process/run.ts", "cli/terminal/steps.ts")])).to.deep.equal([
            "cli/process/run.ts imports cli/terminal/steps.ts: cli/process may import components, settings, rendering, loader",
        ]);
    });

    it("lets pass what the design allows", () => {
        const fine = [
            arrow("cli/commands/up.ts", "cli/process/run.ts"),
            arrow("cli/session/project.ts", "settings/parse.ts"),
            arrow("cli/start.mjs", "bench/bench.ts", "dynamic"),
            arrow("tests/unit/a.test.ts", "cli/cli.ts"),
            arrow("offline/images/index.ts", "cli/container-engine/engine.ts"),
        ];
        expect(wrongArrows(fine)).to.deep.equal([]);
    });
});
