import { join } from "node:path";

import { dataFolder } from "../process/folders.ts";

/** A kind cluster that the commands make for themselves, make again when it is gone, and remove. */
export interface OwnCluster {
    readonly name: string;
    readonly context: string;
    /** A file of the project's, so that ~/.kube/config stays as it is. */
    readonly kubeconfig: string;
}

/**
 * The cluster of the project's own that a context names: `kind-multitier`, or `kind-multitier-<suffix>` for
 * another one beside it. undefined if the context is not of that form, and therefore somebody else's.
 */
export function ownClusterOf(context: string | undefined): OwnCluster | undefined {
    const [, name, suffix = ""] =
        /^kind-(multitier(-[a-z0-9]+(?:[.-][a-z0-9]+)*)?)$/.exec(context ?? "") ?? [];
    if (name === undefined || context === undefined) {
        return undefined;
    }
    return { name, context, kubeconfig: join(dataFolder, `kubeconfig${suffix}`) };
}
