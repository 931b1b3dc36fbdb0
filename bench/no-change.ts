import { describeRow, part, type Measurement } from "./measurement.ts";
import { createDev, createFloor } from "./program.ts";
import { preview, up } from "./pulumi.ts";
import { ratioOf } from "./statistics.ts";
import { byTurns } from "./turns.ts";
import { deleteNamespaces } from "./environment.ts";

/** Measures an `up` that has nothing to change. */
export const noChange: Measurement = {
    rows: ["no-change"],
    async measure(bench, turns) {
        const floor = await createFloor(bench, "no-change-floor");
        const dev = await createDev(bench, "no-change");
        bench.report("bringing the stack up");
        await up(bench, dev);
        const context = describeRow(turns);
        const runs = await byTurns(
            {
                floor: () => preview(bench, floor),
                up: () => up(bench, dev),
                preview: () => preview(bench, dev),
            },
            turns,
            bench.report,
        );
        await deleteNamespaces(bench);
        const all = (name: "floor" | "up" | "preview"): number[] => runs.map((turn) => turn[name].seconds);
        return {
            rows: [
                {
                    ...context,
                    id: "no-change",
                    title: "`up` without changes / preview of the floor",
                    target: 2.2,
                    figure: ratioOf(all("up"), all("floor")),
                    parts: [
                        part("`pulumi up --yes --skip-preview`", "s", all("up")),
                        part("preview of the same, without changes", "s", all("preview")),
                        part("floor", "s", all("floor")),
                    ],
                },
            ],
        };
    },
};
