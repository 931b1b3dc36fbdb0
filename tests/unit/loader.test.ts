import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const root = join(__dirname, "..", "..");
const loader = join(root, "loader", "register.js");
const folder = mkdtempSync(join(tmpdir(), "multitier-loader-"));

function run(script: string, cache = join(folder, "cache")): { output: string; errors: string } {
    const { stdout, stderr } = spawnSync(process.execPath, ["--require", loader, "--eval", script], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, XDG_CACHE_HOME: cache },
    });
    return { output: stdout.trim(), errors: stderr };
}

function program(text: string): string {
    const file = join(folder, "program.ts");
    writeFileSync(file, text);
    return `require(${JSON.stringify(file)})`;
}

describe("the loader", function () {
    this.timeout(60_000);

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("loads all that index.ts imports without the heavy parts of the SDK, nor a transpiler once it has run", () => {
        const script = `
            require("./components");
            require("./settings/load");
            console.log(Object.keys(require.cache).join("\\n"));
        `;
        run(script);
        const { output, errors } = run(script);
        expect(output, errors).to.contain("components/tier.ts");
        for (const heavy of [
            "typescript",
            "@npmcli",
            "execa",
            "sucrase/dist",
            "source-map-support/source-map",
        ]) {
            expect(output).not.to.contain(`/node_modules/${heavy}`);
        }
    });

    it("transpiles a file once, and again when it has changed", () => {
        const transpiled =
            "; console.log(Object.keys(require.cache).some((file) => file.includes('sucrase/dist')))";
        const first = program("const text: string = 'first'; console.log(text);");
        expect(run(first + transpiled).output).to.equal("first\ntrue");
        expect(run(first + transpiled).output).to.equal("first\nfalse");
        const second = program("const text: string = 'second'; console.log(text);");
        expect(run(second + transpiled).output).to.equal("second\ntrue");
    });

    it("transpiles each time where it can't keep anything", () => {
        expect(run(program("const text: string = 'shown'; console.log(text);"), loader).output).to.equal(
            "shown",
        );
    });

    it("names the line of the TypeScript source in an error", () => {
        const { errors } = run(
            program(`interface Removed {
                readonly text: string;
            }
            import { join } from "node:path";
            const value: Removed = { text: join("a", "b") };
            throw new Error(value.text);`),
        );
        expect(errors).to.match(/program\.ts:6:\d+/);
    });

    it("leaves a function's serialization to the SDK, as for dynamic providers", () => {
        const { output, errors } = run(`
            const { runtime } = require("@pulumi/pulumi");
            const factor = 6;
            runtime.serializeFunction((x) => x * factor).then(({ text }) => console.log(text));
        `);
        expect(output, errors).to.contain("x * factor").and.to.contain("factor: 6");
    });

    it("leaves the Automation API to the SDK", () => {
        const { output, errors } = run(`
            const { automation } = require("@pulumi/pulumi");
            const { LocalWorkspace } = require("@pulumi/pulumi/automation");
            console.log(LocalWorkspace === automation.LocalWorkspace, LocalWorkspace.name);
        `);
        expect(output, errors).to.equal("true LocalWorkspace");
    });
});
