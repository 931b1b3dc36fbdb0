import { describeRow, part, type Measurement } from "./measurement.ts";
import { createDev, createFloor } from "./program.ts";
import { preview, up } from "./pulumi.ts";
import { ratioOf } from "./statistics.ts";
import { byTurns } from "./turns.ts";
import { deleteNamespaces } from "./namespaces.ts";

/** What an `up` costs that has nothing to change. */
export const noChange: Measurement = {
    rows: ["no-change"],
    async measure(workplace, turns) {
        const floor = await createFloor(workplace, "no-change-floor");
        const dev = await createDev(workplace, "no-change");
        workplace.report("bringing the stack up");
        await up(workplace, dev);
        const context = describeRow(turns);
        const runs = await byTurns(
            {
                floor: () => preview(workplace, floor),
                up: () => up(workplace, dev),
                preview: () => preview(workplace, dev),
            },
            turns,
            workplace.report,
        );
        await deleteNamespaces(workplace);
        const all = (name: "floor" | "up" | "preview"): number[] => runs.map((turn) => turn[name].seconds);
        return {
            rows: [
                {
                    ...context,
                    id: "no-change",
                    title: "`up` without changes / preview of the floor",
                    target: 2.2,
                    ratio: ratioOf(all("up"), all("floor")),
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
