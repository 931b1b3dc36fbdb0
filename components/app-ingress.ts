import { types } from "@pulumi/kubernetes";
import { Ingress, NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentMistake, ArgumentsError } from "./arguments-error";
import { defaultExternalPorts } from "./defaults";
import { Labels } from "./labels";
import { ingressPolicy, podsIn } from "./network-policy";
import { Peer } from "./peer";

/** Where the ingress controller's pods run, which the backends' NetworkPolicies must let in. */
export interface IngressControllerArgs {
    readonly namespace: pulumi.Input<string>;
    readonly podLabels: pulumi.Input<Labels>;
}

export interface AppIngressArgs {
    /** The namespace, which exists. */
    readonly namespace: pulumi.Input<string>;
    /** Which tier answers below which path, without rewriting: `{ "/": client, "/api": server }`. */
    readonly routes: Readonly<Record<string, Peer>>;
    /** The host name that the Ingress answers to. */
    readonly host: string;
    /** The IngressClass. Default: the cluster's default class. */
    readonly className?: pulumi.Input<string> | undefined;
    readonly controller: IngressControllerArgs;
    /** The port at which people reach the controller. Default: 443 with `tlsSecretName`, else 80. */
    readonly externalPort?: number | undefined;
    /** The Secret with the certificate of the host; then the URL is https. Default: none. */
    readonly tlsSecretName?: pulumi.Input<string> | undefined;
    /**
     * Whether to wait until the controller has written an address into the Ingress' status. Not every controller
     * does (pulumi-kubernetes#1812). Default: true.
     */
    readonly await?: boolean | undefined;
    /** Further labels of every object. Default: none. */
    readonly labels?: Labels | undefined;
}

function mistakes({ routes }: AppIngressArgs): ArgumentMistake[] {
    const paths = Object.keys(routes);
    if (paths.length === 0) {
        return [{ argument: "routes", value: routes, expected: "at least one path with its tier" }];
    }
    return paths
        .filter((path) => !/^\/([^/]+(\/[^/]+)*)?$/.test(path))
        .map((path) => ({
            argument: "routes",
            value: path,
            expected: "a path that starts with / and doesn't end with one, as in /api",
        }));
}

/** The URL at which people reach the host. */
export function externalUrl(scheme: "http" | "https", host: string, externalPort: number): string {
    // A URL leaves out its scheme's default port by itself.
    return new URL(`${scheme}://${host}:${String(externalPort)}/`).href;
}

/** The one way in from outside: an Ingress, and the policies that let its controller reach the tiers behind it. */
export class AppIngress extends pulumi.ComponentResource {
    readonly url: pulumi.Output<string>;
    /** The names of the tiers by their paths. */
    readonly routes: Readonly<Record<string, string>>;

    /** @throws {ArgumentsError} naming each argument that can't be used, before anything is created. */
    constructor(name: string, args: AppIngressArgs, opts?: pulumi.ComponentResourceOptions) {
        const type = "multitier:components:AppIngress";
        const found = mistakes(args);
        if (found.length > 0) {
            throw new ArgumentsError(`${type} "${name}"`, found);
        }
        super(type, name, {}, opts);
        this.routes = Object.fromEntries(
            Object.entries(args.routes).map(([path, tier]) => [path, tier.tierName]),
        );
        const metadata = {
            namespace: args.namespace,
            ...(args.labels !== undefined && { labels: args.labels }),
        };
        const paths = Object.entries(args.routes).map(
            ([path, tier]): types.input.networking.v1.HTTPIngressPath => ({
                path,
                pathType: "Prefix",
                backend: { service: { name: tier.address.name, port: { number: tier.port } } },
            }),
        );
        new Ingress(
            `${name}-routes`,
            {
                metadata: {
                    ...metadata,
                    ...(args.await === false && { annotations: { "pulumi.com/skipAwait": "true" } }),
                },
                spec: {
                    ...(args.className !== undefined && { ingressClassName: args.className }),
                    ...(args.tlsSecretName !== undefined && {
                        tls: [{ hosts: [args.host], secretName: args.tlsSecretName }],
                    }),
                    rules: [{ host: args.host, http: { paths } }],
                },
            },
            { parent: this },
        );
        for (const tier of new Set(Object.values(args.routes))) {
            new NetworkPolicy(
                `${name}-to-${tier.tierName}-policy`,
                {
                    metadata: { ...metadata, namespace: tier.namespace },
                    spec: ingressPolicy(tier, podsIn(args.controller.namespace, args.controller.podLabels)),
                },
                { parent: this },
            );
        }
        const scheme = args.tlsSecretName === undefined ? "http" : "https";
        this.url = pulumi.output(
            externalUrl(scheme, args.host, args.externalPort ?? defaultExternalPorts[scheme]),
        );
        this.registerOutputs({ url: this.url });
    }
}
