import { commentMarker, markdown } from "../preview/markdown.ts";
import { pullRequestOf, upsertComment, type WorkflowRun } from "./github.ts";
import { readPreviewDocument } from "./preview-document.ts";

/**
 * Shows previews on their pull request, each in the one comment of its stack. The comment is made here from the data,
 * so that whoever wrote the data has no say in what else it says.
 *
 * @returns what was done, a line each
 */
export async function commentOnPullRequest(file: string, run: WorkflowRun): Promise<string[]> {
    const { previews } = readPreviewDocument(file);
    const pullRequest = await pullRequestOf(run);
    if (pullRequest === undefined) {
        return [
            "There is no open pull request with this commit at its head any more: nothing to comment on.",
        ];
    }
    const lines: string[] = [];
    for (const report of previews) {
        const done = await upsertComment(run, pullRequest, {
            marker: commentMarker(report),
            body: markdown(report),
        });
        lines.push(`The comment on the stack ${report.stack} was ${done} on #${pullRequest}.`);
    }
    return lines;
}
