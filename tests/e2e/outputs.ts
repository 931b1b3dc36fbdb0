import * as v from "valibot";

import { workspace } from "./suite.ts";

const outputsSchema = v.object({
    url: v.string(),
    namespace: v.string(),
    services: v.record(
        v.string(),
        v.object({
            name: v.string(),
            qualifiedName: v.string(),
            fqdn: v.string(),
            port: v.number(),
            endpoint: v.string(),
        }),
    ),
});

/** The stack's outputs. */
export type Outputs = v.InferOutput<typeof outputsSchema>;

/** Reads a stack's outputs with the plain CLI. */
export async function readOutputs(stack = "dev"): Promise<Outputs> {
    const { stdout } = await workspace().pulumi("--stack", stack, "stack", "output", "--json");
    return v.parse(outputsSchema, JSON.parse(stdout));
}
