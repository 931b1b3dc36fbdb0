import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentNames, unknownArguments } from "./arguments-error";
import { Peer } from "./peer";
import { PlacementArgs, placementNames } from "./placement";
import { Tier } from "./tier";
import { ScalingArgs, scalingNames, TierArgs } from "./tier-args";

/** The arguments of the tiers that run the application's own images. */
export interface StatelessTierArgs extends PlacementArgs, ScalingArgs {
    readonly image: pulumi.Input<string>;
    /** The tiers that this one connects to. */
    readonly connectsTo?: readonly Peer[] | undefined;
}

const argumentNames: ArgumentNames<StatelessTierArgs> = {
    ...placementNames,
    ...scalingNames,
    image: true,
    connectsTo: true,
};

/** The arguments that a kind of stateless tier has where its creator says nothing. */
export type StatelessDefaults = Required<Pick<StatelessTierArgs, "replicas" | "resources">>;

const port = 8080;

function httpGet(path: string): types.input.core.v1.Probe {
    return { httpGet: { path, port } };
}

function tierArgs(args: StatelessTierArgs, defaults: StatelessDefaults): TierArgs {
    return {
        ...args,
        replicas: args.replicas ?? (args.autoscaling === undefined ? defaults.replicas : undefined),
        resources: args.resources ?? defaults.resources,
        port,
        protocol: "http",
        env: { PORT: String(port) },
        startupProbe: { ...httpGet("/livez"), periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...httpGet("/livez"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { ...httpGet("/readyz"), periodSeconds: 2, timeoutSeconds: 5 },
    };
}

/** A tier that listens on 8080 and answers `/livez` and `/readyz` there. */
export class StatelessTier extends Tier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(
        kind: { readonly type: string; readonly defaults: StatelessDefaults },
        name: string,
        args: StatelessTierArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const { type, defaults } = kind;
        super(name, tierArgs(args, defaults), opts, {
            type,
            mistakes: unknownArguments(args, argumentNames),
        });
    }
}
