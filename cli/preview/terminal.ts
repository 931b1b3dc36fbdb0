import { styleText } from "node:util";

import type { ChangeReport, Effect, PreviewFinding, PreviewReport } from "./report.ts";
import {
    causesInWords,
    effectInWords,
    headline,
    resourcesInWords,
    otherSettings,
    settingsInWords,
} from "./words.ts";

type Style = Parameters<typeof styleText>[0];

const signs: Readonly<Record<Effect, readonly [sign: string, style: Style]>> = {
    delete: ["-", "red"],
    replace: ["±", "magenta"],
    create: ["+", "green"],
    roll: ["↻", "yellow"],
    update: ["~", "cyan"],
    none: [" ", "dim"],
};

/** The number of property diffs at a terminal; the rest is in the other formats. */
const shownProperties = 40;

/** A report for a person at a terminal: short. */
export function terminal(report: PreviewReport, coloured: boolean): string {
    const style = (name: Style, text: string): string => (coloured ? styleText(name, text) : text);
    const width = Math.max(...report.tiers.map(({ name }) => name.length), 0);
    const findings = (title: string, name: Style, found: readonly PreviewFinding[]): string[] =>
        found.length === 0
            ? []
            : [
                  "",
                  style(name, title),
                  ...found.map(({ tier, resource, text }) => `  ${tier}: ${resource} ${text}`),
              ];
    const tiers = report.tiers.map((tier) => {
        const [sign, colour] = signs[tier.effect];
        const why = causesInWords(tier, (text) => text);
        const line = `${sign} ${tier.name.padEnd(width)}  ${effectInWords(tier)}`;
        const count = style("dim", `(${resourcesInWords(tier)})`);
        return `  ${style(colour, line)} ${count}${why === "" ? "" : `\n    ${" ".repeat(width)}${why}`}`;
    });
    return [
        style("bold", `Preview of ${report.stack}: ${headline(report)}`),
        style("dim", `Compared with ${report.against}`),
        ...report.remarks.map((remark) => style("dim", remark)),
        ...(report.settings.length === 0
            ? []
            : ["", `${otherSettings}: ${settingsInWords(report, (text) => text)}`]),
        ...findings("Data at risk", ["bold", "red"], report.dataAtRisk),
        ...findings("Worth a look", "bold", report.notices),
        "",
        ...tiers,
        ...properties(report.changes, style),
    ].join("\n");
}

function properties(
    changes: readonly ChangeReport[],
    style: (name: Style, text: string) => string,
): string[] {
    const lines = changes
        .filter((change) => change.properties.length > 0)
        .flatMap((change) => [
            style("bold", `${change.resource} (${change.tier}, ${change.operation})`),
            ...change.properties.map(
                ({ path, before, after, replaces }) =>
                    `  ${path}: ${style("red", before ?? "unset")} → ${style("green", after ?? "unset")}${replaces ? style("magenta", " replaces") : ""}`,
            ),
        ]);
    const more = lines.length - shownProperties;
    return lines.length === 0
        ? []
        : [
              "",
              ...lines.slice(0, shownProperties),
              ...(more > 0 ? [`… ${more} more lines: --markdown shows them all`] : []),
          ];
}
