import { Namespace } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomUuid } from "@pulumi/random";
import { identityAnnotation, Labels } from "./labels";
import { denyAll } from "./network-policy";

export interface ApplicationArgs {
    /** The namespace to create. One that exists already is an error, and left alone. */
    readonly namespace: string;
    /**
     * A `kubernetes.Provider` with `enableServerSideApply: false`, for the namespace alone: with server-side apply
     * the provider would adopt an existing namespace, and later delete it with all that somebody else has in it.
     */
    readonly namespaceProvider: pulumi.ProviderResource;
    /** Further labels of every object of the application. Default: none. */
    readonly labels?: Labels | undefined;
}

/**
 * The namespace of an application, in which the Pod Security Standard `restricted` is enforced and all traffic is
 * denied that no tier declares. An annotation has an identifier that is made with the state.
 */
export class Application extends pulumi.ComponentResource {
    readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
        super("multitier:components:Application", name, {}, opts);
        // Labels say whose a namespace is by names, which two states can have in common; this they never have.
        const identity = new RandomUuid(`${name}-identity`, {}, { parent: this });
        const namespace = new Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: args.namespace,
                    annotations: { [identityAnnotation]: identity.result },
                    labels: {
                        ...args.labels,
                        "pod-security.kubernetes.io/enforce": "restricted",
                        "pod-security.kubernetes.io/audit": "restricted",
                        "pod-security.kubernetes.io/warn": "restricted",
                    },
                },
            },
            { parent: this, provider: args.namespaceProvider },
        );
        this.namespace = namespace.metadata.name;
        new NetworkPolicy(
            `${name}-deny-all-policy`,
            {
                metadata: {
                    namespace: this.namespace,
                    ...(args.labels !== undefined && { labels: args.labels }),
                },
                spec: denyAll,
            },
            { parent: this },
        );
        this.registerOutputs({ namespace: this.namespace });
    }
}
