import { isUnexpected } from "./explain-rows.ts";
import type { Row } from "./row.ts";

const marks = { pass: "✔", fail: "✖", "not enforced": "–", untold: "?" } as const;

const headings = ["", "from", "to", "what", "expected", "observed", "time"] as const;

/** The longest cell; what is longer stands in full in the explanation or in --json. */
const widest = 60;

/** The rows as a table for people, group by group, with what is wrong explained below. */
export function describeRows(rows: readonly Row[]): string {
    const groups = [...new Set(rows.map(({ group }) => group))];
    const cells = rows.map((row) => cellsOf(row).map(shortened));
    const widths = headings.map((heading, column) =>
        Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
    );
    const line = (values: readonly string[]): string =>
        values
            .map((value, column) => value.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd();
    const lines = [line(headings)];
    for (const group of groups) {
        lines.push("", group);
        rows.forEach((row, index) => {
            if (row.group === group) {
                lines.push(line(cells[index] ?? []));
            }
        });
    }
    return [...lines, "", ...explanations(rows), summary(rows)].join("\n");
}

function cellsOf({ verdict, from, to, what, expected, observed, seconds }: Row): string[] {
    const shown = verdict === "not enforced" ? `${observed}: not enforced here` : observed;
    return [marks[verdict], from, to, what, expected, shown, `${seconds.toFixed(1)} s`];
}

function shortened(cell: string): string {
    const line = cell.replaceAll(/\s+/g, " ");
    return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
}

/** Each reason once, below the rows that it explains; of denials that could not be told only how many. */
function explanations(rows: readonly Row[]): string[] {
    const byReason = new Map<string, Row[]>();
    for (const row of rows.filter(isUnexpected)) {
        const reason = row.why ?? `Expected ${row.expected}, and it was: ${row.observed}`;
        byReason.set(reason, [...(byReason.get(reason) ?? []), row]);
    }
    return [...byReason].flatMap(([reason, explained]) => {
        const failed = explained.filter(({ verdict }) => verdict === "fail");
        const untold = explained.length - failed.length;
        return [
            ...failed.map(({ group, from, to, what }) => `${marks.fail} ${group}: ${from} → ${to}, ${what}`),
            ...(untold > 0
                ? [
                      `${marks.untold} ${String(untold)} ${untold === 1 ? "row that proves" : "rows that prove"} nothing meanwhile`,
                  ]
                : []),
            ...reason.split("\n").map((line) => `    ${line}`),
            "",
        ];
    });
}

function summary(rows: readonly Row[]): string {
    const count = (verdict: Row["verdict"]): number => rows.filter((row) => row.verdict === verdict).length;
    const notEnforced = count("not enforced");
    const parts = [
        `${String(count("pass"))} as expected`,
        ...(count("fail") > 0 ? [`${String(count("fail"))} not`] : []),
        ...(count("untold") > 0 ? [`${String(count("untold"))} could not be told`] : []),
        ...(notEnforced > 0 ? [`${String(notEnforced)} not enforced here`] : []),
    ];
    return [
        `${parts.join(", ")}.`,
        ...(notEnforced > 0
            ? [
                  "This cluster's network does not enforce NetworkPolicies: even a pod that may send nothing connects. " +
                      "What they would allow is right or wrong all the same, in the group Policies.",
              ]
            : []),
    ].join("\n");
}
