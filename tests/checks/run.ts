import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { Listr, PRESET_TIMER } from "listr2";

import { checks, type Check } from "./checks.ts";
import { closingLine, countTests, countWhole, type TestCounts } from "./test-counts.ts";

interface Outcome {
    readonly check: Check;
    readonly counts: TestCounts;
    readonly output: string;
}

const project = fileURLToPath(new URL("../..", import.meta.url));

async function run(check: Check): Promise<Outcome> {
    const { all, exitCode } = await execa(check.command, check.args, {
        cwd: project,
        preferLocal: true,
        stdin: "ignore",
        all: true,
        reject: false,
        // Colours in what is shown of a failure, where somebody sees them.
        env: process.stdout.isTTY ? { FORCE_COLOR: "1" } : {},
    });
    const counts = check.hasTests
        ? countTests(exitCode, stripVTControlCharacters(all))
        : countWhole(exitCode);
    return { check, counts, output: all };
}

function inWords({ check, counts }: Outcome): string {
    if (!check.hasTests) {
        return check.title;
    }
    return `${check.title}: ${counts.passed} passed${counts.failed === 0 ? "" : `, ${counts.failed} failed`}`;
}

const outcomes: Outcome[] = [];
await new Listr(
    checks.map((check) => ({
        title: check.title,
        task: async (_, task): Promise<void> => {
            const outcome = await run(check);
            outcomes.push(outcome);
            task.title = inWords(outcome);
            if (outcome.counts.failed > 0) {
                throw new Error(task.title);
            }
        },
    })),
    {
        concurrent: availableParallelism(),
        exitOnError: false,
        fallbackRendererCondition: !process.stdout.isTTY,
        rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false },
        fallbackRenderer: "simple",
        fallbackRendererOptions: { timer: PRESET_TIMER },
    },
).run();

const failed = outcomes.filter(({ counts }) => counts.failed > 0);
for (const outcome of failed) {
    const { command, args } = outcome.check;
    process.stdout.write(`\n✖ ${inWords(outcome)} (${[command, ...args].join(" ")})\n\n${outcome.output}\n`);
}
process.stdout.write(`\n${closingLine(outcomes.map(({ counts }) => counts))}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
