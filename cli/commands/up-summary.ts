import * as v from "valibot";

import { outputsSchema } from "../session/outputs.ts";
import type { ProjectCommands } from "../session/project.ts";

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
        ...table([["tier", `in the cluster`, "endpoint"], ...rows]),
        "",
        `Namespace ${namespace}. Remove it all: ${down}`,
    ].join("\n");
}

function table(rows: readonly (readonly string[])[]): string[] {
    const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    return rows.map(
        (row) =>
            "  " +
            row
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
    );
}
