import { alignColumns, oneLine } from "../terminal/text.ts";
import { isUnexpected, type Row } from "./row.ts";

const marks = { pass: "✔", fail: "✖", "not enforced": "–", inconclusive: "?", "not tried": "·" } as const;

const headings = ["", "from", "to", "what", "expected", "observed", "time"] as const;

/** The longest cell; the full text stands in the explanation or in --json. */
const widest = 60;

/** Formats the rows as a table for people, group by group, with explanations and the count below. */
export function describeRows(rows: readonly Row[]): string {
    const [heading = "", ...lines] = alignColumns([headings, ...rows.map(cellsOf)]);
    const groups = [...new Set(rows.map(({ group }) => group))].flatMap((group) => [
        "",
        group,
        ...lines.filter((_, index) => rows[index]?.group === group),
    ]);
    return [heading, ...groups, "", ...explanations(rows), summary(rows)].join("\n");
}

function cellsOf({ verdict, from, to, what, expected, observed, seconds }: Row): string[] {
    const seen = verdict === "not enforced" ? `${observed}: not enforced here` : observed;
    return [marks[verdict], from, to, what, expected, seen, `${seconds.toFixed(1)} s`].map((cell) =>
        oneLine(cell, widest),
    );
}

/** Lists each reason once, below the rows that it explains; of the inconclusive ones only the number. */
function explanations(rows: readonly Row[]): string[] {
    const byReason = new Map<string, Row[]>();
    for (const row of rows.filter(isUnexpected)) {
        const reason = row.why ?? `Expected: ${row.expected}. Observed: ${row.observed}`;
        byReason.set(reason, [...(byReason.get(reason) ?? []), row]);
    }
    return [...byReason].flatMap(([reason, explained]) => {
        const failed = explained.filter(({ verdict }) => verdict === "fail");
        const others = explained.length - failed.length;
        return [
            ...failed.map(({ group, from, to, what }) => `${marks.fail} ${group}: ${from} → ${to}, ${what}`),
            ...(others > 0
                ? [`${marks.inconclusive} ${String(others)} inconclusive ${others === 1 ? "row" : "rows"}`]
                : []),
            ...reason.split("\n").map((line) => `    ${line}`),
            "",
        ];
    });
}

function summary(rows: readonly Row[]): string {
    const parts = (
        [
            ["pass", "as expected"],
            ["fail", "not"],
            ["inconclusive", "inconclusive"],
            ["not enforced", "not enforced here"],
            ["not tried", "not tried"],
        ] as const
    ).flatMap(([verdict, words]) => {
        const count = rows.filter((row) => row.verdict === verdict).length;
        return count > 0 || verdict === "pass" ? [`${String(count)} ${words}`] : [];
    });
    const ofPolicies =
        "\nThis cluster's network does not enforce NetworkPolicies: even a pod that may send nothing connects. " +
        "The group Policies checks what they would allow.";
    const reasons = rows.flatMap(({ verdict, why = "" }) => (verdict === "not tried" ? [`\n${why}`] : []));
    return [
        `${parts.join(", ")}.`,
        rows.some(({ verdict }) => verdict === "not enforced") ? ofPolicies : "",
        ...new Set(reasons),
    ].join("");
}
