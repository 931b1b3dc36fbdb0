import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { commentMarker, longestComment, markdown } from "../../../cli/preview/markdown.ts";
import type { PreviewReport } from "../../../cli/preview/report.ts";
import { commentOnPullRequest, type WorkflowRun } from "../../../cli/workflows/comment.ts";
import { readPreviewDocument } from "../../../cli/workflows/preview-document.ts";

const report: PreviewReport = {
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
    /** The arguments of `gh api`, in one line. */
    readonly args: string;
    readonly body: object | undefined;
}

/** A run whose `gh api` gives the answer to the first of these texts that its arguments have. */
function runWith(
    event: unknown,
    answers: Readonly<Record<string, string>>,
): WorkflowRun & { requests: Request[] } {
    const requests: Request[] = [];
    return {
        repository: "owner/name",
        event,
        requests,
        api: (words, body) => {
            const args = words.join(" ");
            requests.push({ args, body });
            const known = Object.keys(answers).find((text) => args.includes(text));
            return Promise.resolve(known === undefined ? "" : (answers[known] ?? ""));
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

    const listed = "--paginate repos/owner/name/issues/7/comments";
    const comment = (id: number, body: string): string => JSON.stringify({ id, body });

    it("is created where there is none of the stack", async () => {
        const run = runWith({ pull_request: { number: 7 } }, {});
        await commentOnPullRequest(file, run);
        expect(run.requests.at(-1)).to.deep.equal({
            args: "--method POST repos/owner/name/issues/7/comments",
            body: { body: markdown(report) },
        });
    });

    it("is updated where there is one, found among those of bots on every page, since anybody may write the marker", async () => {
        const body = `${commentMarker(report)}\nof an earlier commit`;
        const answer = `${comment(2, "thanks")}\n${comment(3, body)}\n`;
        const run = runWith({ pull_request: { number: 7 } }, { [listed]: answer });
        await commentOnPullRequest(file, run);
        expect(run.requests[0]?.args).to.include("--paginate").and.include('select(.user.type == "Bot")');
        expect(run.requests.at(-1)).to.deep.equal({
            args: "--method PATCH repos/owner/name/issues/comments/3",
            body: { body: markdown(report) },
        });
    });

    it("of what is deployed is another one than that of a revision, and each updates its own", async () => {
        const deployed: PreviewReport = { ...report, source: "deployed" };
        const answer = [report, deployed]
            .map((each, index) => comment(index, `${commentMarker(each)}\nof an earlier commit`))
            .join("\n");
        for (const [index, each] of [report, deployed].entries()) {
            write({ format: "multitier-preview-1", previews: [each] });
            const run = runWith({ pull_request: { number: 7 } }, { [listed]: answer });
            await commentOnPullRequest(file, run);
            expect(run.requests.at(-1)?.args).to.equal(
                `--method PATCH repos/owner/name/issues/comments/${String(index)}`,
            );
        }
    });

    it("goes to the pull request that GitHub itself names for a fork's run, and only at the same commit", async () => {
        const search = "repos/owner/name/pulls -f state=open -f head=somebody:fix&state=closed";
        const found = (sha: string): WorkflowRun & { requests: Request[] } =>
            runWith(fork, { [search]: JSON.stringify([{ number: 7, head: { sha } }]) });
        const [same, moved] = [found("abc"), found("def")];
        await commentOnPullRequest(file, same);
        expect(same.requests.at(-1)?.args).to.include("POST");
        expect(await commentOnPullRequest(file, moved)).to.have.length(1);
        expect(moved.requests).to.have.length(1);
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

    /** A report that has a text wherever a stranger can put one. */
    const hostile = (text: string): PreviewReport => ({
        ...report,
        against: text,
        remarks: [text],
        settings: [{ key: text, before: text, after: text }],
        dataAtRisk: [{ tier: text, resource: text, text }],
        notices: [{ tier: text, resource: text, text }],
        tiers: [
            {
                name: text,
                effect: "roll",
                outage: false,
                causes: [
                    { kind: "setting", key: text, before: text, after: text },
                    { kind: "sources", folder: text },
                    { kind: "code", resource: text, path: text },
                ],
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
    });

    /** The words of a comment that are left when code is taken away: those that GitHub looks for links in. */
    const wordsOf = (comment: string): string => {
        const [summary = ""] = comment.split("<details>");
        return summary.replace(/(?<!`)(`+)(?!`)(?:.*?[^`])?\1(?!`)/g, "");
    };
    const known = wordsOf(markdown(hostile("word")));

    const strange = [
        "</details> @everyone ![x](http://x) `|` #1 <!-- ** [a](b)",
        "https://example.com/a",
        "http://x",
        "www.example.com",
        "somebody@example.com",
        "@owner/team",
        "#1",
        "GH-1",
        "owner/repo#1",
        "owner/repo@0123456789abcdef0123456789abcdef01234567",
        "0123456789abcdef0123456789abcdef01234567",
        "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        "DEADBEEF",
        ":tada:",
        ":+1:",
        "<b>",
        "&#64;everyone",
        "**bold**",
        "~~gone~~",
        "$x^2$",
        "[^1]",
        "a|b",
        "`",
        "a``b",
        "",
    ];
    for (const text of strange) {
        it(`shows ${JSON.stringify(text)} as code wherever it stands`, () => {
            const comment = markdown(hostile(text));
            expect(wordsOf(comment).replace(/\s+/g, " ")).to.equal(
                known.replace(/\bword\b/g, "").replace(/\s+/g, " "),
            );
        });
    }

    it("shows what turns the direction of a text, hides or ends a line as escapes", () => {
        const comment = markdown(hostile("a\u202eb\u200b\u2066c\u0007\u{e0041}"));
        expect(comment).to.not.match(/[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
        expect(comment).to.include("a\\u{202e}b\\u{200b}");
    });

    it("keeps a table's columns apart from a pipe in a name, a value or a place", () => {
        const rows = markdown(hostile("a|b")).match(/^\| (?!Tier|---).*$/gm) ?? [];
        expect(rows).to.have.length(1);
        expect(rows[0]?.replaceAll("\\|", "").match(/\|/g)).to.have.length(5);
    });

    it("fences the property diffs by more backticks than are in them, one line for each line of the diff", () => {
        const [, details = ""] = markdown(hostile("a\n+ b")).split("<details>");
        expect(details.match(/^`{5,}/gm)).to.have.length(2);
        expect(details).to.not.match(/^(# title|\+ b)/m);
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
