import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import * as v from "valibot";

const root = join(__dirname, "..", "..");

/** All modules of the commands but for the entries, which run something when they are loaded. */
function modules(): string[] {
    return ["cli", "offline"].flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
            .filter((file) => file.endsWith(".ts") && !/(^|\/)(cli|remove-after-end)\.ts$/.test(file))
            .map((file) => pathToFileURL(join(root, folder, file)).href),
    );
}

describe("the commands' loader", () => {
    it("loads every module of the commands, with what each takes from settings, components and rendering", async () => {
        const script = `
            await import(${JSON.stringify(pathToFileURL(join(root, "loader", "commands.mjs")).href)});
            const failed = [];
            for (const module of ${JSON.stringify(modules())}) {
                await import(module).catch((error) => failed.push(module + ": " + error.message));
            }
            console.log(JSON.stringify(failed));
            process.exit();`;
        const args = ["--input-type=module", "--eval", script];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
        expect(JSON.parse(stdout)).to.deep.equal([]);
    }).timeout(120_000);

    it("names the line of the TypeScript source in an error", async () => {
        const { stdout } = await promisify(execFile)(
            process.execPath,
            [
                "--input-type=module",
                "--eval",
                `await import("./loader/commands.mjs");
                const { parseStackFile } = await import("./settings/stack-file.ts");
                try { parseStackFile("[", "x") } catch (error) { console.log(error.stack) }`,
            ],
            { cwd: root },
        );
        expect(stdout).to.match(/settings\/stack-file\.ts:\d+:\d+/);
    }).timeout(60_000);

    it("loads neither the SDK nor its Automation API for an up that finds nothing to change", async () => {
        const script = `
            import { createRequire } from "node:module";
            await import("./loader/commands.mjs");
            await import("./cli/commands/up.ts");
            console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));`;
        const { stdout } = await promisify(execFile)(
            process.execPath,
            ["--input-type=module", "--eval", script],
            { cwd: root },
        );
        const loaded = v.parse(v.array(v.string()), JSON.parse(stdout));
        expect(loaded.some((file) => file.endsWith("/settings/schema.ts"))).to.equal(true);
        expect(loaded.filter((file) => file.includes("/@pulumi/"))).to.deep.equal([]);
    }).timeout(60_000);

    it("gives the commands the API client in one module, with everything that the package exports", async () => {
        const script = `
            await import("./loader/commands.mjs");
            const names = async (name) => Object.keys(await import(name)).sort();
            const bundled = await names("@kubernetes/client-node");
            const own = await names("./node_modules/@kubernetes/client-node/dist/index.js");
            console.log(JSON.stringify({ url: import.meta.resolve("@kubernetes/client-node"), bundled, own }));`;
        const { stdout } = await promisify(execFile)(
            process.execPath,
            ["--input-type=module", "--eval", script],
            { cwd: root },
        );
        const { url, bundled, own } = v.parse(
            v.object({ url: v.string(), bundled: v.array(v.string()), own: v.array(v.string()) }),
            JSON.parse(stdout),
        );
        expect(url).to.match(/\/\.cache\/multitier\/@kubernetes\+client-node-[\d.]+\.mjs$/);
        expect(bundled).to.deep.equal(own).and.to.include("CoreV1Api");
    }).timeout(60_000);
});
