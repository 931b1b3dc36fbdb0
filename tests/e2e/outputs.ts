import * as v from "valibot";

import { outputsSchema } from "../../cli/session/outputs.ts";
import { workspace } from "./suite.ts";

const applicationOutputs = v.required(outputsSchema, ["url"]);

/** The stack's outputs. */
export type Outputs = v.InferOutput<typeof applicationOutputs>;

/** Reads a stack's outputs with the plain CLI. */
export async function readOutputs(stack = "dev"): Promise<Outputs> {
    const { stdout } = await workspace().pulumi("--stack", stack, "stack", "output", "--json");
    return v.parse(applicationOutputs, JSON.parse(stdout));
}
