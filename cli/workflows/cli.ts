import { appendFileSync, chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command as Program } from "commander";
import { execa } from "execa";

import { absolutePath } from "../process/folders.ts";
import { run } from "../process/run.ts";
import { CommandFailure, describeBriefly } from "../terminal/failure.ts";
import { parseArguments } from "../terminal/npm-options.ts";
import { dataAtRiskCode, exitCode } from "../preview/preview.ts";
import { withRevision } from "../preview/revision.ts";
import { projectFolder } from "../session/project.ts";
import { commentOnPullRequest, thisRun } from "./comment.ts";
import { readPreviewDocument } from "./preview-document.ts";

function say(text: string): void {
    process.stdout.write(`${text}\n`);
}

const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

const program = new Program("npm run workflow --").description(
    "The steps of the workflows in .github/workflows.",
);

program
    .command("lint")
    .description("check the workflows with actionlint, which Go builds from its module")
    .action(async () => {
        // Without the linters of shell and Python that a machine may or may not have.
        await run("go", ["-C", projectFolder, "run", actionlint, "-no-color", "-shellcheck=", "-pyflakes="]);
        say("actionlint finds nothing wrong with the workflows.");
    });

program
    .command("comment <file>")
    .description("show previews (JSON) on the pull request of this run, with gh")
    .action(async (file: string) => {
        (await commentOnPullRequest(absolutePath(file), thisRun())).forEach(say);
    });

program
    .command("gate <file>")
    .description("fail if previews (JSON) put data at risk, unless ALLOW_DATA_LOSS is true")
    .action((file: string) => {
        const { previews } = readPreviewDocument(absolutePath(file));
        process.exitCode = exitCode(previews, process.env["ALLOW_DATA_LOSS"] === "true");
        if (process.exitCode === dataAtRiskCode) {
            say("Data is at risk. If it may be lost, give the pull request the label allow-data-loss.");
        }
    });

program
    .command("base <revision>")
    .description("bring up another revision of this repository, with its own packages")
    .action(async (revision: string) => {
        await withRevision(revision, "without packages", async ({ folder }) => {
            // By npm, since another revision may keep the command's file elsewhere.
            await execa("npm", ["run", "up", "--", "--yes"], { cwd: folder, stdio: "inherit" });
        });
    });

program
    .command("kubeconfig")
    .description("make the kubeconfig in KUBECONFIG_CONTENT that of the next steps")
    .action(() => {
        const content = process.env["KUBECONFIG_CONTENT"] ?? "";
        const [folder, environment] = [process.env["RUNNER_TEMP"] ?? "", process.env["GITHUB_ENV"] ?? ""];
        if (content === "") {
            say("KUBECONFIG_CONTENT is empty: the stack's own settings say where the cluster is.");
            return;
        }
        if (folder === "" || environment === "") {
            throw new CommandFailure(
                "This is for a step of a GitHub workflow: RUNNER_TEMP or GITHUB_ENV is not set.",
            );
        }
        const file = join(folder, "kubeconfig");
        writeFileSync(file, content, { mode: 0o600 });
        chmodSync(file, 0o600);
        appendFileSync(environment, `KUBECONFIG=${file}\n`);
    });

try {
    await parseArguments(program, "workflow", process.argv.slice(2));
} catch (error) {
    process.stderr.write(`${describeBriefly(error)}\n`);
    process.exitCode = 1;
}
