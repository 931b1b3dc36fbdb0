import { readFileSync } from "node:fs";
import * as v from "valibot";

import { CommandFailure } from "../terminal/failure.ts";
import { commentMarker, markdown } from "../preview/markdown.ts";
import { readPreviewDocument } from "./preview-document.ts";

/** A run of a workflow, as GitHub Actions describes it to the steps. */
export interface WorkflowRun {
    /** `owner/name` of the repository. */
    readonly repository: string;
    /** The payload of the event that started it. */
    readonly event: unknown;
    /** Runs `gh api`, with a body to send, and returns what it writes. */
    readonly api: (args: readonly string[], body?: object) => Promise<string>;
}

/** The run that this process is a step of. */
export function thisRun(): WorkflowRun {
    return {
        repository: variable("GITHUB_REPOSITORY"),
        event: JSON.parse(readFileSync(variable("GITHUB_EVENT_PATH"), "utf8")),
        api: async (args, body) => {
            const { run } = await import("../process/run.ts");
            return body === undefined
                ? await run("gh", ["api", ...args])
                : await run("gh", ["api", ...args, "--input", "-"], { input: JSON.stringify(body) });
        },
    };
}

function variable(name: string): string {
    const value = process.env[name] ?? "";
    if (value === "") {
        throw new CommandFailure(`${name} is not set.`, "GitHub Actions sets it in a workflow's steps.");
    }
    return value;
}

/**
 * Shows previews on their pull request: one comment for each stack and source, which a later run updates. The comment is
 * made here from the data, so that its author has no say in the rest of the text.
 *
 * @returns a line on each comment
 */
export async function commentOnPullRequest(file: string, workflowRun: WorkflowRun): Promise<string[]> {
    const { previews } = readPreviewDocument(file);
    const pullRequest = await pullRequestOf(workflowRun);
    if (pullRequest === undefined) {
        return ["There is no open pull request with this commit at its head: nothing to comment on."];
    }
    const lines: string[] = [];
    for (const report of previews) {
        const done = await upsertComment(workflowRun, pullRequest, commentMarker(report), markdown(report));
        lines.push(`The comment on the stack ${report.stack} was ${done} on #${pullRequest}.`);
    }
    return lines;
}

const ofPullRequest = v.object({ pull_request: v.object({ number: v.number() }) });
const ofWorkflowRun = v.object({
    workflow_run: v.object({
        head_sha: v.string(),
        head_branch: v.string(),
        head_repository: v.object({ owner: v.object({ login: v.string() }) }),
    }),
});
const pullRequests = v.array(v.object({ number: v.number(), head: v.object({ sha: v.string() }) }));

/** The pull request that a run is about, by what GitHub itself says: never by what the pull request's code wrote. */
async function pullRequestOf({ event, repository, api }: WorkflowRun): Promise<number | undefined> {
    const direct = v.safeParse(ofPullRequest, event);
    if (direct.success) {
        return direct.output.pull_request.number;
    }
    // For a fork's run the event names no pull request.
    const { head_sha, head_branch, head_repository } = v.parse(ofWorkflowRun, event).workflow_run;
    const head = `head=${head_repository.owner.login}:${head_branch}`;
    const search = ["--method", "GET", `repos/${repository}/pulls`, "-f", "state=open", "-f", head];
    const found = v.parse(pullRequests, JSON.parse(await api(search)));
    return found.find((each) => each.head.sha === head_sha)?.number;
}

const comment = v.object({ id: v.number(), body: v.string() });

/** Anybody may write the marker; only a workflow's comment is a workflow's to change. */
const ofBots = '.[] | select(.user.type == "Bot") | {id, body: (.body // "")}';

async function upsertComment(
    { repository, api }: WorkflowRun,
    pullRequest: number,
    marker: string,
    body: string,
): Promise<"created" | "updated"> {
    const path = `repos/${repository}/issues/${pullRequest}/comments`;
    const answer = await api(["--paginate", `${path}?per_page=100`, "--jq", ofBots]);
    const own = answer
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => v.parse(comment, JSON.parse(line)))
        .find((each) => each.body.startsWith(`${marker}\n`));
    if (own === undefined) {
        await api(["--method", "POST", path], { body });
        return "created";
    }
    await api(["--method", "PATCH", `repos/${repository}/issues/comments/${own.id}`], { body });
    return "updated";
}
