/** Reasons for comparing the state with the cluster before an update. */
export interface RefreshReasons {
    readonly asked: boolean;
    readonly another: boolean;
    readonly unfinished: boolean;
    readonly missing: readonly string[];
}

/**
 * Why the state may not be what the cluster has, undefined if nothing says so. An update of an object that is
 * interrupted while it is waited for has reached the cluster, but not the state.
 */
export function whyRefresh({ asked, another, unfinished, missing }: RefreshReasons): string | undefined {
    if (asked) {
        return "you asked for it";
    }
    if (another) {
        return "the cluster was created again";
    }
    if (unfinished) {
        return "the last update didn't end well";
    }
    const [first, ...others] = missing;
    if (first === undefined) {
        return undefined;
    }
    return others.length === 0
        ? `${first} is gone from it`
        : `${first} and ${others.length} more are gone from it`;
}
