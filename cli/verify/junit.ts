import { isUnexpected } from "./explain-rows.ts";
import type { Row } from "./row.ts";

/** The rows as a JUnit report: a test suite for each group, a test case for each row. */
export function junitReport(rows: readonly Row[]): string {
    const groups = [...new Set(rows.map(({ group }) => group))];
    const suites = groups.map((group) => {
        const own = rows.filter((row) => row.group === group);
        const failures = own.filter(isUnexpected).length;
        const skipped = own.filter(({ verdict }) => verdict === "not enforced").length;
        const attributes = `tests="${String(own.length)}" failures="${String(failures)}" skipped="${String(skipped)}"`;
        return [`  <testsuite name="${group}" ${attributes}>`, ...own.map(testCase), "  </testsuite>"].join(
            "\n",
        );
    });
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="verify">',
        ...suites,
        "</testsuites>",
        "",
    ].join("\n");
}

function testCase(row: Row): string {
    const name = escaped(`${row.from} → ${row.to}: ${row.what}`);
    const open = `    <testcase classname="verify.${row.group}" name="${name}" time="${row.seconds.toFixed(3)}"`;
    const seen = `expected ${row.expected}; observed ${row.observed}`;
    if (row.verdict === "not enforced") {
        return `${open}><skipped message="${escaped(`${seen}: not enforced here`)}"/></testcase>`;
    }
    return isUnexpected(row)
        ? `${open}><failure message="${escaped(seen)}">${escaped(row.why ?? "")}</failure></testcase>`
        : `${open}/>`;
}

function escaped(text: string): string {
    const characters: Readonly<Record<string, string>> = {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
    };
    return text.replaceAll(/[&<>"]/g, (character) => characters[character] ?? "");
}
