import { stringify } from "yaml";

/** The entries of a kubeconfig of a test. */
export interface KubeconfigEntries {
    /** The contexts, each with a cluster and a user of its own name. */
    readonly contexts: readonly string[];
    /** The address of all clusters. Default: one where nothing answers. */
    readonly server?: string;
    /** Fields of all users. Default: none. */
    readonly user?: Readonly<Record<string, unknown>>;
    /** Fields of all clusters, beside the address. */
    readonly cluster?: Readonly<Record<string, unknown>>;
}

/** The text of a kubeconfig. */
export function kubeconfigText({ contexts, server, user = {}, cluster }: KubeconfigEntries): string {
    return stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: contexts.map((name) => ({
            name,
            cluster: { server: server ?? "https://127.0.0.1:9", ...cluster },
        })),
        users: contexts.map((name) => ({ name, user })),
        contexts: contexts.map((name) => ({ name, context: { cluster: name, user: name } })),
    });
}
