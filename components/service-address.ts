import * as pulumi from "@pulumi/pulumi";

/** Where a Service is found inside the cluster: its DNS names and its port. */
export interface ServiceAddress {
    /** The Service's name, which resolves from pods of the same namespace: `mysql`. */
    readonly name: string;
    /** The name that resolves from every namespace: `mysql.shop`. */
    readonly qualifiedName: string;
    /** The fully qualified domain name: `mysql.shop.svc.cluster.local`. */
    readonly fqdn: string;
    /** The Service's port. */
    readonly port: number;
    /** FQDN and port: `mysql.shop.svc.cluster.local:3306`. */
    readonly endpoint: string;
}

/**
 * Derives a Service's DNS names
 * (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/).
 */
export function serviceAddress(
    name: string,
    namespace: string,
    clusterDomain: string,
    port: number,
): ServiceAddress {
    const qualifiedName = `${name}.${namespace}`;
    const fqdn = `${qualifiedName}.svc.${clusterDomain}`;
    return { name, qualifiedName, fqdn, port, endpoint: `${fqdn}:${String(port)}` };
}

/** The addresses of several tiers under the tiers' names, as a stack exports them. */
export function serviceDirectory(
    tiers: readonly { readonly tierName: string; readonly address: pulumi.Output<ServiceAddress> }[],
): pulumi.Output<Record<string, ServiceAddress>> {
    return pulumi.all(Object.fromEntries(tiers.map(({ tierName, address }) => [tierName, address])));
}
