import { types } from "@pulumi/kubernetes";
import { Ingress, NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import {
    ArgumentMistake,
    ArgumentNames,
    groupMistakes,
    isPlain,
    mistakeUnless,
    propertyPath,
    refuseMistakes,
    unknownArguments,
} from "./arguments-error";
import { cidrMistakes } from "./cidr-mistakes";
import { defaultExternalPorts } from "./defaults";
import { authority, Labels } from "./labels";
import { ingressPolicy, podsIn } from "./network-policy";
import { Peer } from "./peer";
import { optionsOf, PlacementArgs, placementMistakes, placementNames, placementOf } from "./placement";
import { skipAwait } from "./pod-references";
import { peerMistakes } from "./peer-mistakes";

/** The ingress controller, which the backends' NetworkPolicies must let in. */
export interface IngressControllerArgs {
    /** The namespace of its pods. */
    readonly namespace: pulumi.Input<string>;
    readonly podLabels: pulumi.Input<Labels>;
    /**
     * Blocks of the addresses from which it connects instead of those of its pods: the nodes' where it is on the host
     * network, those of a load balancer that talks to the tiers' pods directly.
     * @default none
     */
    readonly cidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

export interface AppIngressArgs extends Pick<PlacementArgs, "app" | "namespace" | "labels"> {
    /** The tiers by the paths below which they answer, without rewriting: `{ "/": client, "/api": server }`. */
    readonly routes: Readonly<Record<string, Peer>>;
    /** The host name that the Ingress answers to. */
    readonly host: pulumi.Input<string>;
    /** @default the cluster's default IngressClass */
    readonly className?: pulumi.Input<string> | undefined;
    readonly controller: IngressControllerArgs;
    /**
     * The port at which people reach the controller.
     * @default 443 with `tlsSecretName`, else 80
     */
    readonly externalPort?: pulumi.Input<number> | undefined;
    /** The Secret with the certificate of the host; with it the URL is https. */
    readonly tlsSecretName?: pulumi.Input<string> | undefined;
    /**
     * Waits until the controller has written an address into the Ingress' status. Not every controller does
     * (pulumi-kubernetes#1812).
     * @default true
     */
    readonly await?: boolean | undefined;
}

const { app, namespace, labels } = placementNames;
const argumentNames: ArgumentNames<AppIngressArgs> = {
    app,
    namespace,
    labels,
    routes: true,
    host: true,
    className: true,
    controller: true,
    externalPort: true,
    tlsSecretName: true,
    await: true,
};
const controllerNames: ArgumentNames<Omit<IngressControllerArgs, "cidrs">> = {
    namespace: true,
    podLabels: true,
};
const optionalControllerNames: ArgumentNames<Pick<IngressControllerArgs, "cidrs">> = { cidrs: true };

const routePath = /^\/([^/]+(\/[^/]+)*)?$/;
const hostName = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function mistakesOf(args: AppIngressArgs): ArgumentMistake[] {
    const { routes, host, externalPort } = args;
    return [
        ...unknownArguments(args, argumentNames),
        ...placementMistakes(args),
        ...groupMistakes(args.controller, controllerNames, "controller", optionalControllerNames),
        ...cidrMistakes("controller.cidrs", args.controller),
        ...mistakeUnless(
            !isPlain(host) || (typeof host === "string" && hostName.test(host)),
            "host",
            host,
            "a DNS name in lower case",
        ),
        ...mistakeUnless(
            externalPort === undefined ||
                !isPlain(externalPort) ||
                (Number.isInteger(externalPort) &&
                    Number(externalPort) >= 1 &&
                    Number(externalPort) <= 65535),
            "externalPort",
            externalPort,
            "a whole number from 1 to 65535",
        ),
        ...mistakeUnless(Object.keys(routes).length > 0, "routes", routes, "at least one path with its tier"),
        ...Object.entries(routes).flatMap(([path, tier]) => [
            ...mistakeUnless(
                routePath.test(path),
                propertyPath("routes", path),
                path,
                "a path that starts with / and doesn't end with one, as in /api",
            ),
            ...peerMistakes(propertyPath("routes", path), tier),
        ]),
    ];
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
        refuseMistakes(`${type} "${name}"`, mistakesOf(args));
        super(type, name, {}, optionsOf(args, opts));
        const { namespace, labels = {} } = placementOf(args);
        const { host, tlsSecretName, controller } = args;
        this.routes = Object.fromEntries(
            Object.entries(args.routes).map(([path, tier]) => [path, tier.tierName]),
        );
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
                    namespace,
                    labels,
                    annotations: { ...authority, ...(args.await === false && skipAwait) },
                },
                spec: {
                    ...(args.className !== undefined && { ingressClassName: args.className }),
                    ...(tlsSecretName !== undefined && {
                        tls: [{ hosts: [host], secretName: tlsSecretName }],
                    }),
                    rules: [{ host, http: { paths } }],
                },
            },
            { parent: this },
        );
        const from = pulumi
            .output(controller.cidrs ?? [])
            .apply((cidrs) => [
                podsIn(controller.namespace, controller.podLabels),
                ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
            ]);
        for (const tier of new Set(Object.values(args.routes))) {
            new NetworkPolicy(
                `${name}-to-${tier.tierName}-policy`,
                {
                    metadata: { namespace: tier.namespace, labels, annotations: authority },
                    spec: ingressPolicy(tier, from),
                },
                { parent: this },
            );
        }
        const scheme = tlsSecretName === undefined ? "http" : "https";
        this.url = pulumi
            .all([host, args.externalPort ?? defaultExternalPorts[scheme]])
            .apply(([hostname, port]) => externalUrl(scheme, hostname, port));
        args.app?.addRoutes(this.routes);
        this.registerOutputs({ url: this.url });
    }
}
