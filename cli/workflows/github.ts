import { readFileSync } from "node:fs";
import * as v from "valibot";

import { CommandFailure } from "../terminal/failure.ts";
import { truncate } from "../terminal/text.ts";

/** What a workflow run tells the steps in it. */
export interface WorkflowRun {
    /** `owner/name` of the repository. */
    readonly repository: string;
    /** The payload of the event that started it. */
    readonly event: unknown;
    readonly api: GitHub;
}

/** GitHub's REST API. */
export interface GitHub {
    /** @throws CommandFailure if the answer is an error */
    readonly request: (method: "GET" | "POST" | "PATCH", path: string, body?: object) => Promise<unknown>;
}

function needed(name: string): string {
    const value = process.env[name] ?? "";
    if (value === "") {
        throw new CommandFailure(
            `${name} is not set.`,
            "GitHub Actions sets it in a workflow's steps, but for GITHUB_TOKEN, which the workflow hands over.",
        );
    }
    return value;
}

/** Reads what GitHub Actions sets in the environment. */
export function thisRun(): WorkflowRun {
    const [base, token] = [needed("GITHUB_API_URL"), needed("GITHUB_TOKEN")];
    return {
        repository: needed("GITHUB_REPOSITORY"),
        event: JSON.parse(readFileSync(needed("GITHUB_EVENT_PATH"), "utf8")),
        api: {
            request: async (method, path, body) => {
                const response = await fetch(`${base}${path}`, {
                    method,
                    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${token}` },
                    ...(body !== undefined && { body: JSON.stringify(body) }),
                    signal: AbortSignal.timeout(30_000),
                });
                if (!response.ok) {
                    throw new CommandFailure(
                        `GitHub answers ${method} ${path} with ${response.status}: ${truncate(await response.text(), 500)}`,
                    );
                }
                return await response.json();
            },
        },
    };
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

/**
 * The pull request that a run is about, by what GitHub itself says: never by what the pull request's code wrote.
 *
 * @returns undefined if there is no open one with that commit at its head any more
 */
export async function pullRequestOf({ event, repository, api }: WorkflowRun): Promise<number | undefined> {
    const direct = v.safeParse(ofPullRequest, event);
    if (direct.success) {
        return direct.output.pull_request.number;
    }
    const { head_sha, head_branch, head_repository } = v.parse(ofWorkflowRun, event).workflow_run;
    // For a fork's run the event names no pull request.
    const query = new URLSearchParams({
        state: "open",
        head: `${head_repository.owner.login}:${head_branch}`,
    });
    const found = v.parse(
        pullRequests,
        await api.request("GET", `/repos/${repository}/pulls?${query.toString()}`),
    );
    return found.find(({ head }) => head.sha === head_sha)?.number;
}

const comments = v.array(
    v.object({
        id: v.number(),
        body: v.nullish(v.string(), ""),
        user: v.nullish(v.object({ type: v.string() })),
    }),
);

/** Creates a comment that begins with a marker, or updates the one that does. */
export async function upsertComment(
    { repository, api }: WorkflowRun,
    pullRequest: number,
    { marker, body }: { readonly marker: string; readonly body: string },
): Promise<"created" | "updated"> {
    const path = `/repos/${repository}/issues/${pullRequest}/comments`;
    for (let page = 1; ; page += 1) {
        const found = v.parse(comments, await api.request("GET", `${path}?per_page=100&page=${page}`));
        // Anybody may write the marker; only a workflow's comment is a workflow's to change.
        const own = found.find((comment) => comment.user?.type === "Bot" && comment.body.startsWith(marker));
        if (own !== undefined) {
            await api.request("PATCH", `/repos/${repository}/issues/comments/${own.id}`, { body });
            return "updated";
        }
        if (found.length < 100) {
            await api.request("POST", path, { body });
            return "created";
        }
    }
}
