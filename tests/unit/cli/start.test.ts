import { execFileSync, spawn } from "node:child_process";
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";

const project = join(__dirname, "..", "..", "..");

interface Ended {
    readonly code: number | null;
    readonly output: string;
    readonly errors: string;
}

/** Starts a script as npm does. */
async function start(
    args: readonly string[],
    folder = project,
    environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
    const child = spawn(process.execPath, [join(folder, "cli", "start.mjs"), ...args], {
        cwd: folder,
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (errors += String(data)));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, output, errors };
}

describe("the npm scripts", () => {
    it("all go through the one entry", () => {
        const { scripts } = v.parse(
            v.object({ scripts: v.record(v.string(), v.string()) }),
            JSON.parse(readFileSync(join(project, "package.json"), "utf8")),
        );
        const others = Object.entries(scripts).filter(
            ([name, line]) => line !== `node cli/start.mjs ${name}`,
        );
        expect(others).to.deep.equal([]);
    });

    // Those of cli.ts are read alike: up stands for them.
    for (const name of ["up", "workflow", "bench", "test", "test:e2e", "golden", "schema", "scan"]) {
        it(`${name} refuses an option that it doesn't have, by its name and without a stack trace`, async () => {
            const { code, output, errors } = await start([name, "--no-such-option"]);
            expect(errors).to.contain("--no-such-option");
            expect(errors).not.to.match(/^\s+at /m);
            expect(output).to.equal("");
            expect(code).to.equal(1);
        });
    }

    for (const name of ["test:e2e", "golden"]) {
        it(`${name} explains itself with --help, and does nothing`, async () => {
            const { code, output, errors } = await start([name, "--help"]);
            expect(errors).to.equal("");
            expect(output).to.contain(`npm run ${name}`);
            expect(code).to.equal(0);
        });
    }

    it("find a file of an option from where the person stands", async () => {
        const stands = { INIT_CWD: "/somebody/stands", XDG_DATA_HOME: "/nowhere" };
        for (const [words, message] of [
            [["up", "--plan", "a/plan"], "There is no plan /somebody/stands/a/plan"],
            [["preview", "--json", "../a.json"], "there is no folder /somebody\n"],
            [
                ["preview", "--context", "x", "--kubeconfig", "k.yaml"],
                "no kubeconfig /somebody/stands/k.yaml",
            ],
        ] as const) {
            const { code, errors } = await start(words, project, stands);
            expect(errors).to.contain(message);
            expect(code).to.equal(1);
        }
    });

    it("that don't exist are named", async () => {
        const { code, errors } = await start(["nope"]);
        expect(errors).to.contain("nope");
        expect(code).to.equal(1);
    });

    it("say where an option belongs that npm has kept for itself", async () => {
        const { code, errors } = await start(["test:e2e"], project, { npm_config_port: "3" });
        expect(errors).to.contain("npm run test:e2e -- --port");
        expect(code).to.equal(1);
    });

    for (const [what, args] of [
        ["a part that it doesn't have", ["nothing-like-it"]],
        ["a port that is none", ["--port", "http"]],
        ["the cluster of npm run up, which it would delete", ["--cluster", "multitier"]],
        ["a machine that it doesn't have", ["--machine", "mainframe"]],
        ["a part that another machine has", ["--machine", "docker", "rollout"]],
    ] as const) {
        it(`test:e2e refuses ${what}`, async () => {
            const { code, errors } = await start(["test:e2e", ...args]);
            expect(errors).to.contain(args.at(-1));
            expect(errors).not.to.match(/^\s+at /m);
            expect(code).to.equal(1);
        });
    }
});

describe("what is installed", () => {
    let folder = "";
    /** The arguments of npm, each time that it was started. */
    const npmRuns = (): string[] =>
        existsSync(join(folder, "npm.log"))
            ? readFileSync(join(folder, "npm.log"), "utf8").trim().split("\n")
            : [];
    const record = (packages: object): void => {
        writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
    };
    const startUp = async (...args: string[]): Promise<Ended> =>
        await start(args, folder, {
            PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
            NODE_ENV: "production",
        });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-start-"));
        for (const part of ["cli", "bench", "bin", "loader", "node_modules"]) {
            mkdirSync(join(folder, part));
        }
        for (const file of ["start.mjs", "dependencies.mjs"]) {
            copyFileSync(join(project, "cli", file), join(folder, "cli", file));
        }
        writeFileSync(
            join(folder, "package.json"),
            JSON.stringify({ engines: { node: ">=20.19" }, type: "module" }),
        );
        writeFileSync(join(folder, "loader", "commands.mjs"), 'import "tsx";');
        writeFileSync(join(folder, "cli", "cli.ts"), 'process.stdout.write("up");');
        writeFileSync(join(folder, "bench", "bench.ts"), 'process.stdout.write("bench");');
        symlinkSync(join(project, "node_modules", "tsx"), join(folder, "node_modules", "tsx"));
        const npm = join(folder, "bin", "npm");
        writeFileSync(npm, `#!/bin/sh\necho "$*" >> "${join(folder, "npm.log")}"\n`);
        execFileSync("chmod", ["+x", npm]);
        const locked = {
            "": {},
            "node_modules/run": { version: "1.0.0" },
            "node_modules/other-platform": { version: "1.0.0", optional: true },
            "node_modules/check": { version: "1.0.0", dev: true },
        };
        writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: locked }));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("is enough for up without the packages for development", async () => {
        record({ "node_modules/run": { version: "1.0.0" } });
        const { output, code } = await startUp("up");
        expect({ output, code, npm: npmRuns() }).to.deep.equal({ output: "up", code: 0, npm: [] });
    });

    it("is completed for a script that needs those, whatever NODE_ENV says", async () => {
        record({ "node_modules/run": { version: "1.0.0" } });
        const { output, code } = await startUp("bench");
        expect(npmRuns()).to.have.length(1);
        expect(npmRuns()[0]).to.contain("ci --include=dev");
        expect({ output, code }).to.deep.equal({ output: "bench", code: 0 });
    });

    it("is brought up to date when older than the lockfile, without what was left out before", async () => {
        record({ "node_modules/run": { version: "0.9.0" } });
        await startUp("up");
        expect(npmRuns()[0]).to.contain("ci --omit=dev");
    });

    it("is brought up to date with the packages for development where they are there", async () => {
        record({
            "node_modules/run": { version: "1.0.0" },
            "node_modules/check": { version: "0.9.0", dev: true },
        });
        await startUp("up");
        expect(npmRuns()[0]).to.contain("ci --include=dev");
    });

    it("is all of the lockfile where there was nothing", async () => {
        await startUp("up");
        expect(npmRuns()[0]).to.contain("ci --include=dev");
    });
});
