import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Peer } from "./peer";
import { ScalingArgs, TierArgs, TierPlacementArgs } from "./tier-args";

/** The arguments of the tiers that run the application's own images. */
export interface StatelessTierArgs extends TierPlacementArgs, ScalingArgs {
    readonly image: pulumi.Input<string>;
    /** The tiers that this one connects to. Default: none. */
    readonly connectsTo?: readonly Peer[] | undefined;
}

const port = 8080;

type Defaults = Required<Pick<StatelessTierArgs, "replicas" | "resources">>;

function httpGet(path: string): types.input.core.v1.Probe {
    return { httpGet: { path, port } };
}

/** A tier that listens on 8080 and answers `/livez` and `/readyz` there. */
export function statelessTierArgs(args: StatelessTierArgs, defaults: Defaults): TierArgs {
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
