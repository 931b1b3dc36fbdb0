import * as pulumi from "@pulumi/pulumi";

/** The protocol at a tier's port: `tcp` is anything else, and with `none` nothing listens there. */
export type Protocol = "http" | "mysql" | "redis" | "tcp" | "none";

/** A tier as the topology has it. */
export interface TopologyTier {
    readonly protocol: Protocol;
    /** The names of the tiers that this one connects to. */
    readonly connectsTo: readonly string[];
    /** The database that a MySQL tier serves. Default: none. */
    readonly database?: pulumi.Input<string> | undefined;
}

/** Who may connect to whom: plain data, as a stack exports it for `npm run verify`. */
export interface Topology {
    readonly tiers: Readonly<Record<string, TopologyTier>>;
    /** The tiers behind the Ingress by their paths. */
    readonly routes: Readonly<Record<string, string>>;
}

/** The topology that a program has said by `connectsTo` and by an Ingress' routes; nothing is said again here. */
export function topologyOf(
    tiers: readonly ({ readonly tierName: string } & TopologyTier)[],
    ingress?: Pick<Topology, "routes">,
): Topology {
    return {
        tiers: Object.fromEntries(
            tiers.map(({ tierName, protocol, connectsTo, database }) => [
                tierName,
                { protocol, connectsTo, ...(database !== undefined && { database }) },
            ]),
        ),
        routes: ingress?.routes ?? {},
    };
}
