import * as v from "valibot";

const entry = v.object({
    version: v.optional(v.string()),
    dependencies: v.optional(v.record(v.string(), v.string()), {}),
});

/** The parts of a lockfile that are compared; nothing of one in another form. */
const lockfile = v.fallback(v.object({ packages: v.record(v.string(), entry) }), { packages: {} });

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
function versions(text: string): Map<string, string> {
    const { packages } = v.parse(lockfile, JSON.parse(text));
    return new Map(
        Object.keys(packages[""]?.dependencies ?? {}).flatMap((name): [string, string][] => {
            const version = packages[`node_modules/${name}`]?.version;
            return version === undefined ? [] : [[name, version]];
        }),
    );
}
