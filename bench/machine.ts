import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import * as v from "valibot";

/** The machine that the figures were measured on. */
export const machineSchema = v.object({
    cores: v.number(),
    processor: v.string(),
    memoryGib: v.number(),
    platform: v.string(),
    node: v.string(),
});

export type Machine = Readonly<v.InferOutput<typeof machineSchema>>;

export function thisMachine(): Machine {
    return {
        cores: availableParallelism(),
        processor: cpus()[0]?.model.trim() ?? "unknown",
        memoryGib: Math.round(totalmem() / 1024 ** 3),
        platform: `${process.platform} ${process.arch}`,
        node: process.versions.node,
    };
}

/** Number of processes that wanted to run in the last minute; 0 where the system doesn't say (Windows). */
export function load(): number {
    return Number((loadavg()[0] ?? 0).toFixed(1));
}
