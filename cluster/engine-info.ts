import * as v from "valibot";

import { dockerRegistry } from "./image-name.ts";

const dockerInfo = v.object({
    RegistryConfig: v.nullish(v.object({ Mirrors: v.nullish(v.array(v.string())) })),
    HttpProxy: v.nullish(v.string()),
    HttpsProxy: v.nullish(v.string()),
});

/** Reads in `docker info` whether the daemon has a proxy or, for Docker's own registry, a mirror. */
export function dockerHasOwnWay(info: string, registry: string): boolean {
    const { RegistryConfig, HttpProxy, HttpsProxy } = v.parse(dockerInfo, JSON.parse(info));
    const mirrors = registry === dockerRegistry ? (RegistryConfig?.Mirrors ?? []) : [];
    return [HttpProxy ?? "", HttpsProxy ?? "", ...mirrors].some((way) => way !== "");
}

const podmanInfo = v.object({ registries: v.nullish(v.record(v.string(), v.unknown())) });
const podmanRegistry = v.object({
    Location: v.nullish(v.string()),
    Mirrors: v.nullish(v.array(v.unknown())),
});

/** Reads in `podman info` whether the registry has a mirror or another location, and in the environment for a proxy. */
export function podmanHasOwnWay(
    info: string,
    registry: string,
    environment: Readonly<Record<string, string | undefined>>,
): boolean {
    const { registries } = v.parse(podmanInfo, JSON.parse(info));
    const entry = v.safeParse(podmanRegistry, registries?.[registry]);
    const redirected =
        entry.success &&
        ((entry.output.Mirrors ?? []).length > 0 || (entry.output.Location ?? registry) !== registry);
    return redirected || ["HTTPS_PROXY", "https_proxy"].some((name) => (environment[name] ?? "") !== "");
}
