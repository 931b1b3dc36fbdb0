import * as pulumi from "@pulumi/pulumi";
import { Application, Placement, userIdMistakes } from "./application";
import { ArgumentMistake, ArgumentNames, isText, mistakeUnless } from "./arguments-error";
import { dnsMistakes } from "./dns-args";

/** The application that something is a part of; or, outside of one, the place of its objects. */
export interface PlacementArgs extends Omit<Placement, "namespace"> {
    /**
     * The application, from which follow the parent and all of the placement that isn't given.
     * @default none: then `namespace` must be given
     */
    readonly app?: Application | undefined;
    /**
     * The namespace, which exists.
     * @default the application's
     */
    readonly namespace?: pulumi.Input<string> | undefined;
}

export const placementNames: ArgumentNames<PlacementArgs> = {
    app: true,
    namespace: true,
    clusterDomain: true,
    labels: true,
    imagePullSecrets: true,
    dns: true,
    userId: true,
};

export function placementMistakes({ app, namespace, dns, userId }: PlacementArgs): ArgumentMistake[] {
    return [
        ...mistakeUnless(
            app === undefined || app instanceof Application,
            "app",
            app,
            "an Application, or none",
        ),
        ...mistakeUnless(
            isText(namespace) || (namespace === undefined && app !== undefined),
            "namespace",
            namespace,
            "the name of a namespace that exists, or an application by the argument app",
        ),
        ...dnsMistakes(dns),
        ...userIdMistakes(userId),
    ];
}

/** The placement arguments among others. */
export function placementArgs(args: PlacementArgs): PlacementArgs {
    const { app, namespace, clusterDomain, labels, imagePullSecrets, dns, userId } = args;
    return { app, namespace, clusterDomain, labels, imagePullSecrets, dns, userId };
}

/** The placement of an application's part, or of something outside of one. */
export function placementOf(args: PlacementArgs): Placement {
    const given = args.app?.placement;
    return {
        namespace: args.namespace ?? given?.namespace ?? "",
        clusterDomain: args.clusterDomain ?? given?.clusterDomain,
        labels: { ...given?.labels, ...args.labels },
        imagePullSecrets: args.imagePullSecrets ?? given?.imagePullSecrets,
        dns: args.dns ?? given?.dns,
        userId: args.userId ?? given?.userId,
    };
}

/** The options of an application's part, whose parent is the application unless they say otherwise. */
export function optionsOf(
    { app }: PlacementArgs,
    opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
    return app === undefined ? opts : { ...opts, parent: opts.parent ?? app };
}
