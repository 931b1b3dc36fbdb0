import * as v from "valibot";

import { outputsSchema } from "../session/outputs.ts";
import type { ProjectCommands } from "../session/project.ts";
import { alignColumns } from "../terminal/text.ts";

/**
 * The text that ends a successful `up`: the URL and the DNS names by which the tiers are reached in the cluster; of
 * a program that was changed to export something else, just that.
 *
 * @param outputs the stack's outputs by name, without secret ones
 * @param commands how it is removed
 */
export function describeResult(
    outputs: Readonly<Record<string, unknown>>,
    { down }: Pick<ProjectCommands, "down">,
): string {
    const parsed = v.safeParse(outputsSchema, outputs);
    if (!parsed.success) {
        const lines = Object.entries(outputs).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
        return ["The stack is up. Its outputs:", ...lines].join("\n");
    }
    const { url, namespace, services } = parsed.output;
    const rows = Object.entries(services).map(([tier, { qualifiedName, endpoint }]) => [
        tier,
        qualifiedName,
        endpoint,
    ]);
    return [
        ...(url === undefined ? [] : [`The application is at ${url}`, ""]),
        ...alignColumns([["tier", "in the cluster", "endpoint"], ...rows]).map((line) => `  ${line}`),
        "",
        `Namespace ${namespace}. Remove it all: ${down}`,
    ].join("\n");
}
