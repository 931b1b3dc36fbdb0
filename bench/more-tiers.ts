import { describeRow, part, type Measurement } from "./measurement.ts";
import { createWithMoreTiers } from "./program.ts";
import { preview } from "./pulumi.ts";
import type { Point } from "./results.ts";
import { ratioOf, spreadOf } from "./statistics.ts";
import { byTurns } from "./turns.ts";
import type { Workplace } from "./workplace.ts";

interface Sample {
    readonly seconds: number;
    readonly resources: number;
}

/** Whether a preview takes longer for each resource when there are many. */
export const moreTiers: Measurement = {
    rows: ["tiers"],
    async measure(workplace, turns) {
        const context = describeRow(turns);
        const tasks = {
            0: await sampler(workplace, 0),
            25: await sampler(workplace, 25),
            50: await sampler(workplace, 50),
            100: await sampler(workplace, 100),
            200: await sampler(workplace, 200),
        };
        const runs = await byTurns(tasks, turns, workplace.report);
        const samples = (tiers: keyof typeof tasks): Sample[] => runs.map((turn) => turn[tiers]);
        const each = (tiers: keyof typeof tasks): number[] =>
            samples(tiers).map(({ seconds, resources }) => (seconds / resources) * 1000);
        const further = (from: keyof typeof tasks, to: keyof typeof tasks): number[] =>
            runs.map(
                (turn) =>
                    ((turn[to].seconds - turn[from].seconds) / (turn[to].resources - turn[from].resources)) *
                    1000,
            );
        const curve = ([0, 25, 50, 100, 200] as const).map((tiers): Point => {
            const seconds = samples(tiers).map((sample) => sample.seconds);
            return { tiers, resources: samples(tiers)[0]?.resources ?? 0, ...spreadOf(seconds) };
        });
        return {
            rows: [
                {
                    ...context,
                    id: "tiers",
                    title: "preview with 200 more tiers: time for each resource / in the dev stack",
                    target: 1,
                    ratio: ratioOf(each(200), each(0)),
                    parts: [
                        part("each resource with 200 more tiers", "ms", each(200)),
                        part("each resource of the dev stack", "ms", each(0)),
                        part("each further resource, from 0 to 100 more tiers", "ms", further(0, 100)),
                        part("each further resource, from 100 to 200 more tiers", "ms", further(100, 200)),
                    ],
                },
            ],
            curve,
        };
    },
};

async function sampler(workplace: Workplace, tiers: number): Promise<() => Promise<Sample>> {
    const program = await createWithMoreTiers(workplace, tiers);
    return async () => {
        const { seconds, output } = await preview(workplace, program);
        return { seconds, resources: createdIn(output) };
    };
}

/** @throws Error if the CLI's summary has another form */
function createdIn(output: string): number {
    const count = /^\s*\+ (\d+) to create$/m.exec(output)?.[1];
    if (count === undefined) {
        throw new Error(`The preview doesn't say how many resources it would create:\n${output}`);
    }
    return Number(count);
}
