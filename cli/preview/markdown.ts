import { withoutControls } from "../../settings/shown.ts";
import type { ChangeReport, PreviewFinding, PreviewReport } from "./report.ts";
import {
    causesInWords,
    effectInWords,
    headline,
    otherSettings,
    resourcesInWords,
    settingsInWords,
} from "./words.ts";

/** The longest comment, in characters; GitHub takes 65,536. */
export const longestComment = 64_000;

/** The first line of a comment, by which a later run finds it among those of a pull request. */
export function commentMarker({ stack, source }: Pick<PreviewReport, "stack" | "source">): string {
    return `<!-- multitier preview of ${stack}${source === "deployed" ? " on a cluster" : ""} -->`;
}

/**
 * A report as a comment for a pull request: the summary first, the details folded, never longer than
 * {@link longestComment}. The report may come from a stranger: all of it but plain words is shown as code, where GitHub
 * makes no link, mention or emoji of anything.
 */
export function markdown(report: PreviewReport): string {
    const summary = [
        commentMarker(report),
        `### Preview of ${code(report.stack)}${report.source === "deployed" ? " on a cluster" : ""}: ${headline(report)}`,
        "",
        `Compared with ${prose(report.against)}.`,
        ...report.remarks.map(prose),
        ...(report.settings.length === 0 ? [] : ["", `${otherSettings}: ${settingsInWords(report, code)}`]),
        ...alert("CAUTION", "Data at risk", report.dataAtRisk),
        ...alert("NOTE", "Worth a look", report.notices),
        ...table(report),
    ].join("\n");
    return within(`${summary}\n`, details(report));
}

function alert(kind: "CAUTION" | "NOTE", title: string, findings: readonly PreviewFinding[]): string[] {
    if (findings.length === 0) {
        return [];
    }
    const shown = findings.map(
        ({ tier, resource, text }) => `> - ${code(tier)}: ${code(resource)} ${prose(text)}`,
    );
    return ["", `> [!${kind}]`, `> **${title}**`, ...shown];
}

function table({ tiers }: PreviewReport): string[] {
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
function details({ changes }: PreviewReport): string[] {
    return changes.map((change) =>
        withoutControls(`${change.tier}: ${change.operation} ${change.resource}`).concat(diff(change)),
    );
}

function diff({ properties }: ChangeReport): string {
    return properties
        .flatMap(({ path, before, after, replaces }) => [
            `  ${path}${replaces ? "  (replaces)" : ""}`,
            ...(before === undefined ? [] : [`-     ${before}`]),
            ...(after === undefined ? [] : [`+     ${after}`]),
        ])
        .map((line) => `\n${withoutControls(line)}`)
        .join("");
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

/** The end of a comment that would be too long. */
const cutNote = `
**Cut here**, since a comment has its limit. All of it is in preview.json among the workflow run's artifacts, or run it by hand: \`npm run preview -- --json preview.json\`.
`;

/** A fence that is longer than every run of backticks in the texts. */
function fenceFor(texts: readonly string[]): string {
    const runs = texts.flatMap((text) => text.match(/`+/g) ?? []);
    return "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
}

/** Writes a text as inline code, in a table too. */
function code(text: string): string {
    const line = withoutControls(oneLine(text)).replaceAll("|", "\\|");
    const fence = "`".repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length)));
    const space = fence.length > 1 || line === "" ? " " : "";
    return `${fence}${space}${line}${space}${fence}`;
}

/** A word that GitHub takes for nothing else: letters alone, but for what could be a commit. */
const plainWord = /^→$|^["(]*(?![a-f]{7,40}\b)[a-z]+(?:'[a-z]+)?[").,;:]*$/i;

/** Writes a text as plain words, and as code whatever isn't one. */
function prose(text: string): string {
    const parts: { readonly plain: boolean; readonly words: string[] }[] = [];
    for (const word of oneLine(text).split(" ")) {
        const plain = plainWord.test(word);
        const last = parts.at(-1);
        if (last?.plain === plain) {
            last.words.push(word);
        } else {
            parts.push({ plain, words: [word] });
        }
    }
    return parts.map(({ plain, words }) => (plain ? words.join(" ") : codeWithin(words.join(" ")))).join(" ");
}

/** Writes a text as code, but for the punctuation around it. */
function codeWithin(text: string): string {
    const open = /^\([^)]+$/.test(text) ? "(" : "";
    const [close = ""] = /(?<=^[^(]+)\)[,;:.]?$|(?<=\)):$|(?<=[^,;.:)])[,;.]$/.exec(text) ?? [];
    return open + code(text.slice(open.length, text.length - close.length)) + close;
}

function oneLine(text: string): string {
    return text.replaceAll(/\s+/g, " ").trim();
}
