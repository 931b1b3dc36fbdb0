import { createDev, createFloor, createWithDefaultTypeScript } from "./program.ts";
import { preview, type PulumiRun } from "./pulumi.ts";
import { describeRow, part, type Measurement } from "./measurement.ts";
import { byTurns } from "./turns.ts";
import { ratioOf } from "./statistics.ts";

/** Measures a preview of the dev stack beside the least program, and beside Pulumi's default TypeScript settings. */
export const previews: Measurement = {
    rows: ["preview", "typescript", "memory"],
    async measure(bench, turns) {
        const programs = {
            floor: await createFloor(bench),
            dev: await createDev(bench),
            typescript: await createWithDefaultTypeScript(bench),
        };
        const context = describeRow(turns);
        const runs = await byTurns(
            {
                floor: () => preview(bench, programs.floor),
                dev: () => preview(bench, programs.dev),
                typescript: () => preview(bench, programs.typescript),
            },
            turns,
            bench.report,
        );
        const all = (name: keyof typeof programs, figure: "seconds" | "peakMemory"): number[] =>
            runs.map((turn): number => (turn[name] satisfies PulumiRun)[figure]);
        return {
            rows: [
                {
                    ...context,
                    id: "preview",
                    title: "preview of the whole dev stack / of a one-ConfigMap program in plain JavaScript (the floor)",
                    target: 1.6,
                    figure: ratioOf(all("dev", "seconds"), all("floor", "seconds")),
                    parts: [
                        part("dev stack", "s", all("dev", "seconds")),
                        part("floor", "s", all("floor", "seconds")),
                    ],
                },
                {
                    ...context,
                    id: "typescript",
                    title: "the same preview / with Pulumi's default TypeScript settings (ts-node, type-checking)",
                    target: 0.5,
                    figure: ratioOf(all("dev", "seconds"), all("typescript", "seconds")),
                    parts: [part("default settings", "s", all("typescript", "seconds"))],
                },
                {
                    ...context,
                    id: "memory",
                    title: "peak memory of the program in a preview / with default settings",
                    target: 0.6,
                    figure: ratioOf(all("dev", "peakMemory"), all("typescript", "peakMemory")),
                    parts: [
                        part("dev stack", "MB", all("dev", "peakMemory")),
                        part("default settings", "MB", all("typescript", "peakMemory")),
                        part("floor", "MB", all("floor", "peakMemory")),
                    ],
                },
            ],
        };
    },
};
