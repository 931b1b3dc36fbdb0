import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";

import { historyFolder } from "../session/backend.ts";
import type { ResolvedStack } from "../session/resolve-stack.ts";
import { isMapping } from "./change.ts";
import type { Config } from "./setting-changes.ts";

/**
 * The config with which a stack was last brought up, as it stood in its file; undefined where that isn't known.
 *
 * The managed backend's own record is read: the CLI's `stack history` takes a process more, and knows no config file
 * outside the checkout.
 *
 * @param open gives the stack if it exists, and is asked where the backend is a user's own
 */
export async function lastConfig(
    { backend, ref }: ResolvedStack,
    open: () => Promise<Pick<Stack, "history"> | undefined>,
): Promise<Config | undefined> {
    if (!backend.managed) {
        const [last] = (await (await open())?.history(1, 1, false)) ?? [];
        return last === undefined
            ? undefined
            : Object.fromEntries(
                  Object.entries(last.config).map(([key, { value }]): [string, unknown] => [
                      key,
                      parsed(value),
                  ]),
              );
    }
    const folder = historyFolder(ref.project.name, ref.shortName);
    const records = (await readdir(folder).catch((): string[] => [])).filter((name) =>
        name.endsWith(".history.json"),
    );
    for (const name of records.sort().reverse()) {
        const record: unknown = JSON.parse(await readFile(join(folder, name), "utf8"));
        if (isMapping(record) && record["kind"] === "update" && record["result"] === "succeeded") {
            return isMapping(record["config"]) ? record["config"] : undefined;
        }
    }
    return undefined;
}

/** The CLI gives mappings and lists as JSON. */
function parsed(value: unknown): unknown {
    if (typeof value !== "string") {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}
