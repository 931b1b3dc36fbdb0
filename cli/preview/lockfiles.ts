import { isMapping } from "./change.ts";

/**
 * Remarks on two package-lock.json that differ, since both programs are rendered with the later one's packages: one
 * sentence that names the program's own packages whose versions differ.
 */
export function lockfileRemark(before: string, after: string): string[] {
    if (before === after) {
        return [];
    }
    const [former, latter] = [versions(before), versions(after)];
    const names = [...new Set([...former.keys(), ...latter.keys()])].sort();
    const differing = names
        .filter((name) => former.get(name) !== latter.get(name))
        .map((name) => `${name} ${former.get(name) ?? "not there"} → ${latter.get(name) ?? "gone"}`);
    return [
        "package-lock.json differs, and both were rendered with the packages of this checkout: " +
            (differing.length === 0
                ? "the packages of the program itself have the same versions."
                : `what other versions do is not shown (${differing.join(", ")}).`),
    ];
}

/** The versions of the packages that the program itself needs. */
function versions(lockfile: string): Map<string, string> {
    const content: unknown = JSON.parse(lockfile);
    const packages: unknown = isMapping(content) ? content["packages"] : undefined;
    if (!isMapping(packages)) {
        return new Map();
    }
    const own = packages[""];
    const dependencies: unknown = isMapping(own) ? own["dependencies"] : undefined;
    return new Map(
        Object.keys(isMapping(dependencies) ? dependencies : {}).flatMap((name): [string, string][] => {
            const entry = packages[`node_modules/${name}`];
            const version: unknown = isMapping(entry) ? entry["version"] : undefined;
            return typeof version === "string" ? [[name, version]] : [];
        }),
    );
}
