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
    if (blocks.length === 0) {
        return summary;
    }
    const start = `\n<details><summary>Property diffs (${blocks.length} ${blocks.length === 1 ? "resource" : "resources"})</summary>\n\n`;
    const end = "\n</details>\n";
    const note = (left: number): string =>
        `\n**Cut here**: ${left} more ${left === 1 ? "resource" : "resources"}, since a comment has its limit. The rest is in the workflow run's artifact, or run it by hand: \`npm run preview -- --json preview.json\`.\n`;
    const longest = longestComment - summary.length - start.length - end.length - note(blocks.length).length;
    const fence = fenceFor(blocks);
    const fenced = (texts: readonly string[]): string => `${fence}diff\n${texts.join("\n\n")}\n${fence}\n`;
    let fitting = blocks.length;
    let length = fenced(blocks).length;
    while (fitting > 0 && length > longest) {
        fitting -= 1;
        length -= (blocks[fitting]?.length ?? 0) + 2;
    }
    const shown = fitting === 0 ? "" : fenced(blocks.slice(0, fitting));
    const left = blocks.length - fitting;
    const text = `${summary}${start}${shown}${left === 0 ? "" : note(left)}${end}`;
    // A summary of thousands of tiers may by itself be too long.
    return text.length <= longestComment
        ? text
        : `${summary.slice(0, longestComment - note(left).length - 2)}\n${note(left)}`;
}

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
