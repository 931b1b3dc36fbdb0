import * as v from "valibot";

import { workspace } from "./suite.ts";

const stateSchema = v.object({
    deployment: v.object({
        resources: v.array(v.object({ type: v.string(), id: v.optional(v.string(), "") })),
    }),
});

/** The objects in namespaces that the state of the stack `dev` knows, each as "Kind namespace/name". */
export async function knownObjects(): Promise<string[]> {
    const { stdout } = await workspace().pulumi("stack", "export");
    return v
        .parse(stateSchema, JSON.parse(stdout))
        .deployment.resources.filter(({ type, id }) => type.startsWith("kubernetes:") && id.includes("/"))
        .map(({ type, id }) => `${type.split(":").at(-1) ?? ""} ${id}`)
        .sort();
}
