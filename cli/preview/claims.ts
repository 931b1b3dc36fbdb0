import { isMapping } from "./change.ts";

/** The claims that a workload's pods have mounted, by the name of the PersistentVolumeClaim. */
export function claimsOf(inputs: Readonly<Record<string, unknown>> | undefined): string[] {
    const spec = ["spec", "template", "spec"].reduce<unknown>(
        (value, key) => (isMapping(value) ? value[key] : undefined),
        inputs,
    );
    const volumes: unknown = isMapping(spec) ? spec["volumes"] : undefined;
    return (Array.isArray(volumes) ? volumes : []).flatMap((volume: unknown) => {
        const claim: unknown = isMapping(volume) ? volume["persistentVolumeClaim"] : undefined;
        const name: unknown = isMapping(claim) ? claim["claimName"] : undefined;
        return typeof name === "string" ? [name] : [];
    });
}
