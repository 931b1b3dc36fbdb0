import type { Machine } from "./machine.ts";
import type { Part, Results, Row } from "./results-schema.ts";
import type { Spread } from "./statistics.ts";

/** The results as a page of Markdown. */
export function describeResults({ rows, offline, tests }: Results): string {
    return [
        "# Speed",
        "",
        "Written by `npm run bench`. Each figure is the median of so many turns, with the least and the most in brackets. " +
            "A figure without a unit is the ratio of two things that were measured by turns on the same machine, each turn giving its own.",
        "",
        "| | Target | Figure | Turns | Load before |",
        "|---|---|---|---|---|",
        ...rows.map(
            (row) =>
                `| ${row.title} | ${describeTarget(row)} | ${isMissed(row) ? "✖ " : ""}${shown(row.figure)}${unitOf(row)} | ${row.turns} | ${row.load} |`,
        ),
        "",
        ...new Set(rows.map(({ machine }) => `Measured on ${describeMachine(machine)}.`)),
        "",
        "## The parts",
        "",
        "| Row | What | |",
        "|---|---|---|",
        ...rows.flatMap((row) => row.parts.map((part) => describePart(row, part))),
        ...(offline.length === 0
            ? []
            : [
                  "",
                  "## What the offline path makes",
                  "",
                  "Each is made once and then found in the cache. The longest that it took on this machine is shown; how much of it " +
                      "Go had compiled before, and what else the machine did meanwhile, counts in.",
                  "",
                  "| Piece | Time |",
                  "|---|---|",
                  ...offline.map(
                      ({ names, seconds }) => `| ${names.join(", ")} | ${Math.round(seconds)} s |`,
                  ),
              ]),
        ...(tests.length === 0
            ? []
            : [
                  "",
                  "## The tests",
                  "",
                  "`.ci/run` runs all of them. Each part has the time that it took when it last passed on this machine, without " +
                      "the start of the test machine that it runs on; what else this one did meanwhile counts in.",
                  "",
                  "| Part | Time | Day |",
                  "|---|---|---|",
                  ...tests.map(
                      ({ name, seconds, day }) => `| ${name} | ${(seconds / 60).toFixed(1)} min | ${day} |`,
                  ),
              ]),
        "",
    ].join("\n");
}

function describeTarget(row: Row): string {
    return row.target === undefined ? "" : `≤ ${row.target}${unitOf(row)}`;
}

function unitOf({ unit }: Row): string {
    return unit === undefined ? "" : ` ${unit}`;
}

function isMissed({ target, figure }: Row): boolean {
    return target !== undefined && figure.median > target;
}

function describePart(row: Row, part: Part): string {
    return `| ${row.id} | ${part.name} | ${shown(part)} ${part.unit} |`;
}

function describeMachine(machine: Machine): string {
    return `${machine.cores} cores (${machine.processor}), ${machine.memoryGib} GiB of memory, ${machine.platform}, Node ${machine.node}`;
}

function shown({ median, min, max }: Spread): string {
    const digits = median >= 100 ? 0 : median >= 10 ? 1 : 2;
    const [middle, least, most] = [median, min, max].map((value) => value.toFixed(digits));
    return `${middle ?? ""} (${least ?? ""}–${most ?? ""})`;
}
