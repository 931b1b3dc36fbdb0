import type { ChangeReport, Finding, Report } from "./report.ts";
import { causesInWords, effectInWords, headline, resourcesInWords } from "./words.ts";

/** The longest comment, in characters; GitHub takes 65,536. */
export const longestComment = 64_000;

/** By what the comment on a stack is found again among those of a pull request. */
export function commentMarker({ stack, source }: Pick<Report, "stack" | "source">): string {
    return `<!-- multitier preview of ${stack}${source === "deployed" ? " on a cluster" : ""} -->`;
}

/**
 * A report as a comment for a pull request: the summary first, the details folded, never longer than
 * {@link longestComment}. Whatever comes from the program is shown as code, so none of it is taken for Markdown.
 */
export function markdown(report: Report): string {
    const summary = [
        commentMarker(report),
        `### Preview of ${code(report.stack)}${report.source === "deployed" ? " on a cluster" : ""}: ${headline(report)}`,
        "",
        `Compared with ${escaped(report.against)}.`,
        ...report.remarks.map(escaped),
        ...alert("CAUTION", "Data at risk", report.dataAtRisk),
        ...alert("NOTE", "Worth a look", report.notices),
        ...table(report),
    ].join("\n");
    return within(`${summary}\n`, details(report));
}

function alert(kind: "CAUTION" | "NOTE", title: string, findings: readonly Finding[]): string[] {
    if (findings.length === 0) {
        return [];
    }
    const shown = findings.map(
        ({ tier, resource, text }) => `> - ${code(tier)}: ${code(resource)} ${escaped(text)}`,
    );
    return ["", `> [!${kind}]`, `> **${title}**`, ...shown];
}

function table({ tiers }: Report): string[] {
    const changed = tiers.filter(({ effect }) => effect !== "none");
    const unchanged = tiers.filter(({ effect }) => effect === "none");
    const rows = changed.map(
        (tier) =>
            `| ${code(tier.name)} | **${effectInWords(tier)}** | ${causesInWords(tier, code)} | ${resourcesInWords(tier)} |`,
    );
    if (unchanged.length > 0) {
        const count = unchanged.reduce((sum, { resources }) => sum + (resources.same ?? 0), 0);
        rows.push(
            `| ${unchanged.map(({ name }) => code(name)).join(", ")} | nothing | | ${count} unchanged |`,
        );
    }
    return ["", "| Tier | What happens | Why | Resources |", "| --- | --- | --- | --- |", ...rows];
}

/** The property diffs, one block a resource. */
function details({ changes }: Report): string[] {
    return changes.map((change) => `${change.tier}: ${change.operation} ${change.resource}${diff(change)}`);
}

function diff({ properties }: ChangeReport): string {
    const lines = properties.flatMap(({ path, before, after, replaces }) => [
        `\n  ${path}${replaces ? "  (replaces)" : ""}`,
        ...(before === undefined ? [] : [`\n-     ${before}`]),
        ...(after === undefined ? [] : [`\n+     ${after}`]),
    ]);
    return lines.join("");
}

/** The summary and as many whole details as fit. */
function within(summary: string, blocks: readonly string[]): string {
    const most = longestComment - cutNote.length;
    if (summary.length > most) {
        // Thousands of tiers: as many whole rows as fit.
        return `${summary.slice(0, summary.lastIndexOf("\n", most - 1))}\n${cutNote}`;
    }
    if (blocks.length === 0) {
        return summary;
    }
    const fence = fenceFor(blocks);
    const folded = (count: number): string =>
        [
            `\n<details><summary>Property diffs (${blocks.length} ${blocks.length === 1 ? "resource" : "resources"})</summary>\n`,
            ...(count === 0 ? [] : [`${fence}diff`, blocks.slice(0, count).join("\n\n"), fence]),
            `${count === blocks.length ? "" : cutNote}\n</details>\n`,
        ].join("\n");
    let fitting = blocks.length;
    let length = summary.length + folded(fitting).length + cutNote.length;
    while (fitting > 0 && length > longestComment) {
        fitting -= 1;
        length -= (blocks[fitting]?.length ?? 0) + 2;
    }
    const text = summary + folded(fitting);
    return text.length > longestComment ? `${summary}${cutNote}` : text;
}

/** What ends a comment that would be too long. */
const cutNote = `
**Cut here**, since a comment has its limit. All of it is in preview.json among the workflow run's artifacts, or run it by hand: \`npm run preview -- --json preview.json\`.
`;

/** Longer than every run of backticks in the texts. */
function fenceFor(texts: readonly string[]): string {
    const runs = texts.flatMap((text) => text.match(/`+/g) ?? []);
    return "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
}

/** A text as inline code, in a table too. */
function code(text: string): string {
    const fence = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)));
    const space = fence.length > 1 ? " " : "";
    return `${fence}${space}${oneLine(text).replaceAll("|", "\\|")}${space}${fence}`;
}

/** A text as plain words: nothing in it is Markdown, HTML, a mention or a reference. */
function escaped(text: string): string {
    return oneLine(text)
        .replace(/[\\`*_[\]|~]/g, "\\$&")
        .replace(/[<&@#]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function oneLine(text: string): string {
    return text.replaceAll(/\s+/g, " ").trim();
}
