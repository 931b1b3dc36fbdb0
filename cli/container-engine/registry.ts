import { tryRun } from "../process/run.ts";
import type { ContainerEngine } from "./engine.ts";
import { dockerHasOwnWay, podmanHasOwnWay } from "./engine-info.ts";
import { dockerRegistry, registryOf } from "./image-name.ts";
import { siteRefusal, type SiteUnavailable } from "../tools/site-request.ts";

/**
 * Asks whether an image's registry refuses downloads. A refusal of this machine counts for nothing where the engine
 * has a mirror or a proxy: it may get what this process does not.
 *
 * @returns the refusal, or undefined where pulling is worth a try.
 */
export async function registryRefusal(
    image: string,
    engine: ContainerEngine,
    signal?: AbortSignal,
): Promise<SiteUnavailable | undefined> {
    const registry = registryOf(image);
    // Docker's own answers under another name than its images bear.
    const host = registry === dockerRegistry ? "registry-1.docker.io" : registry;
    const refusal = await siteRefusal(`https://${host}/v2/`, { signal });
    return refusal === undefined || (await hasOwnWay(engine, registry, signal)) ? undefined : refusal;
}

async function hasOwnWay(engine: ContainerEngine, registry: string, signal?: AbortSignal): Promise<boolean> {
    const format = engine.command === "docker" ? "{{json .}}" : "json";
    const { environment } = engine;
    const info = await tryRun(engine.command, ["info", "--format", format], { environment, signal });
    if (info === undefined) {
        return false;
    }
    return engine.command === "docker"
        ? dockerHasOwnWay(info, registry)
        : podmanHasOwnWay(info, registry, process.env);
}
