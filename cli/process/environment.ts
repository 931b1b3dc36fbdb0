/** A process' environment; undefined removes a variable. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Number of operations that Pulumi's engine has under way, unless the user says otherwise. Its own default is four for
 * each core, in which Deployments that wait for MySQL can keep MySQL's own from being created.
 */
export const engineDefaults: Environment = { PULUMI_PARALLEL: "64" };

/** Environments one upon the other: the later wins, and what it has as undefined is removed. */
export function mergeEnvironments(...environments: readonly Environment[]): Record<string, string> {
    const merged = new Map<string, string>();
    for (const [name, value] of environments.flatMap((environment) => Object.entries(environment))) {
        if (value === undefined) {
            merged.delete(name);
        } else {
            merged.set(name, value);
        }
    }
    return Object.fromEntries(merged);
}
