import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import * as v from "valibot";

const serviceSchema = v.looseObject({
    name: v.string(),
    qualifiedName: v.string(),
    fqdn: v.string(),
    port: v.number(),
    endpoint: v.string(),
});

/** The topology as a stack exports it (components/topology.ts), resolved. */
export const topologySchema = v.object({
    tiers: v.record(
        v.string(),
        v.object({
            protocol: v.picklist(["http", "mysql", "redis", "tcp", "none"]),
            connectsTo: v.array(v.string()),
            // Stacks that an earlier version has deployed do not name it.
            database: v.exactOptional(v.string()),
        }),
    ),
    routes: v.record(v.string(), v.string()),
});

/** The outputs of a stack, as the commands read them; `url` is missing without an Ingress. */
export const outputsSchema = v.looseObject({
    url: v.exactOptional(v.string()),
    namespace: v.string(),
    services: v.record(v.string(), serviceSchema),
    topology: v.exactOptional(topologySchema),
});

/** The topology of a stack. */
export type StackTopology = v.InferOutput<typeof topologySchema>;

/** The values of a stack's outputs by name, without the secret ones. */
export function outputValues(outputs: OutputMap): Record<string, unknown> {
    const open = Object.entries(outputs).filter(([, { secret }]) => !secret);
    return Object.fromEntries(open.map(([name, { value }]): [string, unknown] => [name, value]));
}
