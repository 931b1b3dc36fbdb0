import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";
import { parse } from "yaml";
import { projectFolder } from "../../../cli/session/project.ts";

const step = v.object({
    uses: v.optional(v.string()),
    run: v.optional(v.string()),
    with: v.optional(v.record(v.string(), v.unknown())),
});
const workflow = v.object({
    on: v.record(v.string(), v.unknown()),
    permissions: v.record(v.string(), v.string()),
    env: v.object({ PROJECT_FOLDER: v.literal(".") }),
    concurrency: v.object({ group: v.string(), "cancel-in-progress": v.boolean() }),
    jobs: v.record(
        v.string(),
        v.object({
            "timeout-minutes": v.number(),
            permissions: v.optional(v.record(v.string(), v.string())),
            defaults: v.object({ run: v.object({ "working-directory": v.string() }) }),
            steps: v.array(step),
        }),
    ),
});

type Workflow = v.InferOutput<typeof workflow>;

const workflowFolder = join(projectFolder, ".github", "workflows");

const workflows = new Map(
    readdirSync(workflowFolder).map((file): [string, Workflow] => [
        basename(file, ".yml"),
        v.parse(workflow, parse(readFileSync(join(workflowFolder, file), "utf8"))),
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

            it("works in the folder that PROJECT_FOLDER names, with all that is read or written", () => {
                for (const { defaults } of Object.values(workflows.get(name)?.jobs ?? {})) {
                    expect(defaults.run["working-directory"]).to.equal("${{ env.PROJECT_FOLDER }}");
                }
                const paths = steps(name).flatMap((each) =>
                    ["path", "cache-dependency-path", "work-dir"].map((key) => each.with?.[key]),
                );
                const files = paths.filter((each) => typeof each === "string" && !each.startsWith("~"));
                for (const file of files.flatMap((each) => String(each).trim().split("\n"))) {
                    expect(file).to.match(/^\$\{\{ env\.PROJECT_FOLDER \}\}/);
                }
                const withPackages = steps(name).filter(({ uses = "" }) =>
                    uses.startsWith("actions/setup-node@"),
                );
                for (const each of withPackages) {
                    expect(each.with).to.include.keys("cache-dependency-path");
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

describe("the steps of preview and of preview-comment, of a project in a subfolder", () => {
    let folder: string;
    let checkout: string;

    const git = (...args: string[]): string =>
        execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
            cwd: checkout,
            encoding: "utf8",
        });

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-workflows-"));
        checkout = join(folder, "repository", "infra");
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
        git("init", "--quiet", dirname(checkout));
        git("add", "--all");
        git("commit", "--quiet", "--message", "base");
        const stack = readFileSync(join(checkout, "Pulumi.dev.yaml"), "utf8");
        writeFileSync(join(checkout, "Pulumi.dev.yaml"), `${stack}  multitier:client:\n    replicas: 3\n`);
        git("commit", "--quiet", "--all", "--message", "head");
        symlinkSync(join(projectFolder, "node_modules"), join(checkout, "node_modules"));
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    /** The workflow's commands in their order, but for the installation of packages, which are there. */
    const runSteps = async (name: string, environment: Readonly<Record<string, string>>): Promise<void> => {
        for (const command of commands(name).filter((each) => each !== "npm ci")) {
            await promisify(execFile)("bash", ["-c", command], {
                cwd: checkout,
                env: { ...process.env, ...environment },
            });
        }
    };

    /** A `gh` that keeps what it is asked and told, and knows one pull request without comments. */
    const fakeGh = (log: string): string => {
        const programs = join(folder, "programs");
        mkdirSync(programs);
        writeFileSync(
            join(programs, "gh"),
            `#!/bin/sh
echo "$*" >> ${log}
case "$*" in
    *--input*) cat >> ${log} ;;
    */pulls*) echo '[{ "number": 7, "head": { "sha": "abc" } }]' ;;
esac
`,
            { mode: 0o755 },
        );
        return programs;
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
        const log = join(folder, "gh.log");
        await runSteps("preview-comment", {
            PATH: `${fakeGh(log)}${delimiter}${process.env["PATH"] ?? ""}`,
            GITHUB_REPOSITORY: "owner/name",
            GITHUB_EVENT_PATH: event,
            GH_TOKEN: "none",
        });
        const asked = readFileSync(log, "utf8");
        expect(asked.match(/^api .*$/gm)?.map((line) => line.split(" -")[0])).to.deep.equal([
            "api",
            "api",
            "api",
        ]);
        expect(asked).to.match(/^api --method POST repos\/owner\/name\/issues\/7\/comments --input -$/m);
        expect(asked).to.include("multitier:client.replicas");
    }).timeout(120_000);
});
