import * as v from "valibot";

import type { Topology } from "../../components/topology.ts";

const topologySchema = v.object({
    tiers: v.record(
        v.string(),
        v.object({
            protocol: v.picklist(["http", "mysql", "redis", "tcp", "none"]),
            connectsTo: v.array(v.string()),
        }),
    ),
    routes: v.record(v.string(), v.string()),
});

/**
 * Reads the topology that a stack exports.
 *
 * @throws v.ValiError if it has another form
 */
export function readTopology(output: unknown): Topology {
    return v.parse(topologySchema, output);
}

/** Whether one tier has declared that it connects to another. */
export function isDeclared({ tiers }: Topology, from: string, to: string): boolean {
    return tiers[from]?.connectsTo.includes(to) ?? false;
}
