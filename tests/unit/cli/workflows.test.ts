import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createServer, Server } from "node:http";
import { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";
import { parse } from "yaml";
import { projectFolder } from "../../../cli/session/project.ts";
import { workflowFiles } from "../../../cli/workflows/workflow-files.ts";

const step = v.object({
    uses: v.optional(v.string()),
    run: v.optional(v.string()),
    with: v.optional(v.record(v.string(), v.unknown())),
});
const workflow = v.object({
    on: v.record(v.string(), v.unknown()),
    permissions: v.record(v.string(), v.string()),
    concurrency: v.object({ group: v.string(), "cancel-in-progress": v.boolean() }),
    jobs: v.record(
        v.string(),
        v.object({
            "timeout-minutes": v.number(),
            permissions: v.optional(v.record(v.string(), v.string())),
            steps: v.array(step),
        }),
    ),
});

type Workflow = v.InferOutput<typeof workflow>;

const workflows = new Map(
    workflowFiles().map((file): [string, Workflow] => [
        basename(file, ".yml"),
        v.parse(workflow, parse(readFileSync(file, "utf8"))),
    ]),
);

function steps(name: string): v.InferOutput<typeof step>[] {
    return Object.values(workflows.get(name)?.jobs ?? {}).flatMap((job) => job.steps);
}

function commands(name: string): string[] {
    return steps(name).flatMap(({ run }) => run ?? []);
}

const manifest = v.parse(
    v.object({ scripts: v.record(v.string(), v.string()) }),
    JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")),
);

describe("the workflows", () => {
    it("are the five that docs/previews.md tells of", () => {
        const names = ["preview", "preview-cluster", "preview-comment", "preview-stack", "test"];
        expect([...workflows.keys()].sort()).to.deep.equal(names);
        const page = readFileSync(join(projectFolder, "docs", "previews.md"), "utf8");
        for (const name of names) {
            expect(page).to.include(`\`${name}.yml\``);
        }
    });

    for (const name of workflows.keys()) {
        describe(name, () => {
            it("pins every action to a commit and says its version", () => {
                const text = readFileSync(join(projectFolder, ".github", "workflows", `${name}.yml`), "utf8");
                const uses = text.match(/uses: .*/g) ?? [];
                expect(uses).to.have.length.above(0);
                for (const each of uses) {
                    expect(each).to.match(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
                }
            });

            it("runs npm scripts alone, with nothing of the event in a shell line", () => {
                for (const command of commands(name)) {
                    expect(command).to.not.include("${{");
                    const script = /^npm (?:run )?([\w:]+)/.exec(command)?.[1] ?? "";
                    expect(script === "ci" || script in manifest.scripts, command).to.equal(true);
                }
            });

            it("may only read by default, and each job has a time limit", () => {
                const { permissions, jobs } = workflows.get(name) ?? { permissions: {}, jobs: {} };
                expect(Object.values(permissions).every((access) => access === "read")).to.equal(true);
                for (const job of Object.values(jobs)) {
                    expect(job["timeout-minutes"]).to.be.at.most(60);
                    expect(job.permissions?.["contents"] ?? "read").to.equal("read");
                }
            });

            it("leaves no token in the checkout", () => {
                const checkouts = steps(name).filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
                expect(checkouts).to.have.length.above(0);
                for (const checkout of checkouts) {
                    expect(checkout.with).to.include({ "persist-credentials": false });
                }
            });
        });
    }

    it("run no foreign code with a token: none on pull_request_target, and the trusted half checks out the default branch", () => {
        for (const [name, { on }] of workflows) {
            expect(Object.keys(on), name).to.not.include("pull_request_target");
        }
        const [checkout] = steps("preview-comment");
        expect(checkout?.with).to.include({ ref: "${{ github.event.repository.default_branch }}" });
    });

    it("need no secret where a fork's pull request runs", () => {
        for (const name of ["test", "preview"]) {
            const text = readFileSync(join(projectFolder, ".github", "workflows", `${name}.yml`), "utf8");
            expect(text).to.not.match(/secrets\.|github\.token/);
            expect(
                Object.values(workflows.get(name)?.jobs ?? {}).every((job) => job.permissions === undefined),
            ).to.equal(true);
        }
    });
});

describe("the steps of preview and of preview-comment", () => {
    let folder: string;
    let checkout: string;
    let server: Server;
    const requests: { readonly method: string | undefined; readonly body: string }[] = [];

    const git = (...args: string[]): string =>
        execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
            cwd: checkout,
            encoding: "utf8",
        });

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "multitier-workflows-"));
        checkout = join(folder, "checkout");
        // A history of its own: a clone of this repository may have but one commit.
        const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
            cwd: projectFolder,
            encoding: "utf8",
        });
        for (const file of files
            .split("\n")
            .filter((name) => name !== "" && existsSync(join(projectFolder, name)))) {
            mkdirSync(dirname(join(checkout, file)), { recursive: true });
            cpSync(join(projectFolder, file), join(checkout, file));
        }
        git("init", "--quiet");
        git("add", "--all");
        git("commit", "--quiet", "--message", "base");
        const stack = readFileSync(join(checkout, "Pulumi.dev.yaml"), "utf8");
        writeFileSync(join(checkout, "Pulumi.dev.yaml"), `${stack}  multitier:client:\n    replicas: 3\n`);
        git("commit", "--quiet", "--all", "--message", "head");
        symlinkSync(join(projectFolder, "node_modules"), join(checkout, "node_modules"));

        server = createServer((request, response) => {
            const parts: Buffer[] = [];
            request.on("data", (part: Buffer) => parts.push(part));
            request.on("end", () => {
                requests.push({ method: request.method, body: Buffer.concat(parts).toString() });
                const isSearch = request.url?.includes("/pulls?") === true;
                response.end(JSON.stringify(isSearch ? [{ number: 7, head: { sha: "abc" } }] : []));
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });

    after(() => {
        server.close();
        rmSync(folder, { recursive: true, force: true });
    });

    /** The workflow's commands in their order, but for the installation of packages, which are there. */
    const runSteps = async (name: string, environment: Readonly<Record<string, string>>): Promise<void> => {
        for (const command of commands(name).filter((each) => each !== "npm ci")) {
            const [program = "", ...args] = command.split(" ");
            await promisify(execFile)(program, args, {
                cwd: checkout,
                env: { ...process.env, ...environment },
            });
        }
    };

    it("run by hand, one after the other, and end with one comment that names the tier", async () => {
        const summary = join(folder, "summary.md");
        await runSteps("preview", { GITHUB_STEP_SUMMARY: summary });
        expect(readFileSync(summary, "utf8")).to.include("| `client` | **updated in place** |");

        mkdirSync(join(checkout, "artifact"));
        cpSync(join(checkout, "preview.json"), join(checkout, "artifact", "preview.json"));
        const event = join(folder, "event.json");
        const run = {
            head_sha: "abc",
            head_branch: "main",
            head_repository: { owner: { login: "somebody" } },
        };
        writeFileSync(event, JSON.stringify({ workflow_run: run }));
        const { port } = v.parse(
            v.object({ port: v.number() }),
            server.address() satisfies AddressInfo | string | null,
        );
        await runSteps("preview-comment", {
            GITHUB_API_URL: `http://127.0.0.1:${String(port)}`,
            GITHUB_REPOSITORY: "owner/name",
            GITHUB_EVENT_PATH: event,
            GITHUB_TOKEN: "none",
        });
        expect(requests.map(({ method }) => method)).to.deep.equal(["GET", "GET", "POST"]);
        expect(requests.at(-1)?.body).to.include("multitier:client.replicas");
    }).timeout(120_000);
});
