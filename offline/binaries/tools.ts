import { existsSync } from "node:fs";

import type { Provider, ToolName } from "../../cli/tools/tool-versions.ts";
import { binaryFile } from "./binary-folders.ts";
import type { BuildContext } from "./go-build.ts";

/** Loads what makes programs, which would be a tenth of a preview that only looks for one. */
const loadProvide = (): Promise<typeof import("./provide.ts")> => import("./provide.ts");

/** The path that a tool made here has in the cache, be it there or not. */
export function toolFile(name: ToolName): string {
    return binaryFile(name);
}

/** Makes a tool that the cache lacks, and returns its path. */
export async function makeTool(name: ToolName, context: BuildContext): Promise<string> {
    const wanted = name === "pulumi" ? [name, "pulumi-language-nodejs" as const] : [name];
    const { provideBinaries } = await loadProvide();
    return (await provideBinaries(wanted, context))[name];
}

/** Those of the providers that would have to be made: the cache lacks them. */
export function providersToMake(providers: readonly Provider[]): Provider[] {
    return providers.filter((provider) => !existsSync(binaryFile(programOf(provider))));
}

/** Makes the providers that the cache lacks, and returns each one's file. */
export async function makeProviders(
    providers: readonly Provider[],
    context: BuildContext,
): Promise<ReadonlyMap<Provider, string>> {
    const { provideBinaries } = await loadProvide();
    const paths = await provideBinaries(providers.map(programOf), context);
    return new Map(providers.map((provider) => [provider, paths[programOf(provider)]]));
}

function programOf<Name extends Provider>(provider: Name): `pulumi-resource-${Name}` {
    return `pulumi-resource-${provider}`;
}
