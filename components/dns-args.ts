import * as pulumi from "@pulumi/pulumi";
import { ArgumentMistake, ArgumentNames, unknownArguments } from "./arguments-error";
import { cidrMistakes } from "./cidr-mistakes";
import { Labels } from "./labels";

/** The cluster's DNS, which the NetworkPolicies of every tier let it ask. */
export interface DnsArgs {
    /**
     * The namespace of the DNS pods.
     * @default "kube-system"
     */
    readonly namespace?: pulumi.Input<string> | undefined;
    /**
     * The labels of the DNS pods.
     * @default { "k8s-app": "kube-dns" }
     */
    readonly podLabels?: pulumi.Input<Labels> | undefined;
    /**
     * The port of the DNS pods themselves, to which their Service may lead from its own port 53.
     * @default 53
     */
    readonly port?: pulumi.Input<number> | undefined;
    /**
     * Blocks of the addresses at which nodes answer at port 53, instead of a pod with an address of its own.
     * @default NodeLocal DNSCache's 169.254.20.10 (https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/), and
     * 169.254.169.254, as with Cloud DNS for GKE (https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns)
     */
    readonly cidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

const dnsNames: ArgumentNames<DnsArgs> = { namespace: true, podLabels: true, port: true, cidrs: true };

/** Finds the mistakes in where the cluster's DNS is said to be. */
export function dnsMistakes(dns: DnsArgs | undefined): ArgumentMistake[] {
    return [...unknownArguments(dns, dnsNames, "dns"), ...cidrMistakes("dns.cidrs", dns)];
}
