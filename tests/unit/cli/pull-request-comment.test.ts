import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { commentMarker, longestComment, markdown } from "../../../cli/preview/markdown.ts";
import type { Report } from "../../../cli/preview/report.ts";
import { commentOnPullRequest } from "../../../cli/workflows/comment.ts";
import type { WorkflowRun } from "../../../cli/workflows/github.ts";
import { readPreviewDocument } from "../../../cli/workflows/preview-document.ts";

const report: Report = {
    stack: "dev",
    source: "revision",
    against: "commit 0123abc",
    remarks: [],
    settings: [],
    dataAtRisk: [],
    notices: [],
    tiers: [{ name: "server", effect: "roll", outage: false, causes: [], resources: { update: 1 } }],
    changes: [],
};

const fork = {
    workflow_run: {
        head_sha: "abc",
        head_branch: "fix&state=closed",
        head_repository: { owner: { login: "somebody" } },
    },
};

interface Request {
    readonly method: string;
    readonly path: string;
    readonly body: object | undefined;
}

/** A run whose API answers from a table by method and path. */
function runWith(
    event: unknown,
    answers: Readonly<Record<string, unknown>>,
): WorkflowRun & { requests: Request[] } {
    const requests: Request[] = [];
    return {
        repository: "owner/name",
        event,
        requests,
        api: {
            request: (method, path, body) => {
                requests.push({ method, path, body });
                return Promise.resolve(answers[`${method} ${path}`] ?? {});
            },
        },
    };
}

describe("the comment on a pull request", () => {
    let folder: string;
    let file: string;
    const write = (content: unknown): void => {
        writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    };

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-comment-"));
        file = join(folder, "preview.json");
        write({ format: "multitier-preview-1", previews: [report] });
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const firstPage = "GET /repos/owner/name/issues/7/comments?per_page=100&page=1";

    it("is created where there is none of the stack", async () => {
        const run = runWith({ pull_request: { number: 7 } }, { [firstPage]: [] });
        await commentOnPullRequest(file, run);
        expect(run.requests.at(-1)).to.deep.equal({
            method: "POST",
            path: "/repos/owner/name/issues/7/comments",
            body: { body: markdown(report) },
        });
    });

    it("is updated where there is one, and a person's with the same beginning is left alone", async () => {
        const body = `${commentMarker(report)}\nof an earlier commit`;
        const run = runWith(
            { pull_request: { number: 7 } },
            {
                [firstPage]: [
                    { id: 1, body, user: { type: "User" } },
                    { id: 2, body: "thanks", user: { type: "Bot" } },
                    { id: 3, body, user: { type: "Bot" } },
                ],
            },
        );
        await commentOnPullRequest(file, run);
        expect(run.requests.at(-1)).to.include({
            method: "PATCH",
            path: "/repos/owner/name/issues/comments/3",
        });
    });

    it("is looked for on every page", async () => {
        const others = Array.from({ length: 100 }, (_, id) => ({ id, body: "", user: null }));
        const own = { id: 200, body: commentMarker(report), user: { type: "Bot" } };
        const run = runWith(
            { pull_request: { number: 7 } },
            { [firstPage]: others, [firstPage.replace("&page=1", "&page=2")]: [own] },
        );
        await commentOnPullRequest(file, run);
        expect(run.requests.at(-1)).to.include({ method: "PATCH" });
    });

    it("goes to the pull request that GitHub itself names for a fork's run, and only at the same commit", async () => {
        const search = "GET /repos/owner/name/pulls?state=open&head=somebody%3Afix%26state%3Dclosed";
        const found = (sha: string): WorkflowRun & { requests: Request[] } =>
            runWith(fork, { [search]: [{ number: 7, head: { sha } }], [firstPage]: [] });
        const [same, moved] = [found("abc"), found("def")];
        await commentOnPullRequest(file, same);
        expect(same.requests.at(-1)).to.include({ method: "POST" });
        expect(await commentOnPullRequest(file, moved)).to.have.length(1);
        expect(moved.requests.map(({ method }) => method)).to.deep.equal(["GET"]);
    });

    it("is refused where the data is of another form, and nothing is asked of GitHub then", async () => {
        const wrong = [
            "no JSON",
            [],
            { format: "multitier-preview-1", previews: [{ ...report, stack: "dev --><script>" }] },
            { format: "multitier-preview-1", previews: [{ ...report, tiers: [{ name: 1 }] }] },
            { format: "multitier-preview-1", previews: [{ ...report, against: "x".repeat(3_000) }] },
            { format: "multitier-preview-1", previews: Array.from({ length: 51 }, () => report) },
        ];
        for (const content of wrong) {
            write(content);
            const run = runWith({ pull_request: { number: 7 } }, {});
            const failure: unknown = await commentOnPullRequest(file, run).catch((error: unknown) => error);
            expect(failure, JSON.stringify(content)).to.have.property("name", "CommandFailure");
            expect(run.requests).to.have.length(0);
        }
    });

    it("is refused where there is too much data", () => {
        write(" ".repeat(5_000_001));
        expect(() => readPreviewDocument(file)).to.throw("5000001 bytes");
    });

    it("takes nothing in the data for Markdown, HTML or a mention", () => {
        const text = "</details> @everyone ![x](http://x) `|` #1 <!-- ** [a](b)";
        const hostile: Report = {
            ...report,
            against: text,
            remarks: [text],
            dataAtRisk: [{ tier: text, resource: text, text }],
            tiers: [
                {
                    name: text,
                    effect: "roll",
                    outage: false,
                    causes: [{ kind: "setting", key: text, before: text, after: text }],
                    resources: {},
                },
            ],
            changes: [
                {
                    tier: text,
                    resource: `${text}\n\`\`\`\`\n# title`,
                    operation: "update",
                    properties: [{ path: text, before: text, after: "```", replaces: false }],
                },
            ],
        };
        const [summary = "", details = ""] = markdown(hostile).split("<details>");
        // What is left when code is taken away is the project's own words.
        const words = summary.replace(/(`+)(?:(?!\1).)+?\1/g, "");
        expect(words).to.not.match(/@everyone|<\/details>|[^\\]\[a\]|[^\\]\[x\]/);
        expect(details.match(/^`{5,}/gm)).to.have.length(2);
    });

    it("is never longer than GitHub takes, however many tiers there are", () => {
        const tiers = Array.from({ length: 3_000 }, (_, index) => ({
            name: `tier-${String(index)}`,
            effect: "roll" as const,
            outage: false,
            causes: [],
            resources: { update: 1 },
        }));
        expect(markdown({ ...report, tiers }).length).to.be.at.most(longestComment);
        const text = markdown({
            ...report,
            tiers,
            changes: [{ tier: "tier-1", resource: "Deployment a", operation: "update", properties: [] }],
        });
        expect(text.length).to.be.at.most(longestComment);
        expect(text).to.include("**Cut here**");
    });
});
