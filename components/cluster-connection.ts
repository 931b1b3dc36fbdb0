import { Provider } from "@pulumi/kubernetes/provider";

export interface ClusterConnectionArgs {
    /** The kubeconfig context. Never the current one, which may be anybody's. */
    readonly context: string;
    /** The path of the kubeconfig file. Default: as kubectl finds it. */
    readonly kubeconfig?: string | undefined;
}

/** The two providers of a cluster, to be handed down: one made inside a component isn't inherited by its children. */
export interface ClusterConnection {
    readonly provider: Provider;
    /** For the namespace alone; see `ApplicationArgs.namespaceProvider`. */
    readonly namespaceProvider: Provider;
}

/** The provider's own limits, 50 requests a second, would slow down larger stacks. */
const kubeClientSettings = { qps: 1000, burst: 2000 };

/** Says how a cluster is reached. Nothing connects before a resource is read or written. */
export function connectToCluster(
    name: string,
    { context, kubeconfig }: ClusterConnectionArgs,
): ClusterConnection {
    const common = { context, kubeClientSettings, ...(kubeconfig !== undefined && { kubeconfig }) };
    return {
        provider: new Provider(name, common),
        namespaceProvider: new Provider(`${name}-namespaces`, { ...common, enableServerSideApply: false }),
    };
}
