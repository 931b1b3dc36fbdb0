import * as pulumi from "@pulumi/pulumi";
import { serverDefaults } from "./defaults";
import { StatelessTierArgs, statelessTierArgs } from "./stateless-tier";
import { Tier } from "./tier";

/** The API behind the Ingress: stores a job in MySQL and queues it in Redis. */
export class Server extends Tier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: StatelessTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, statelessTierArgs(args, serverDefaults), opts, "multitier:components:Server");
    }
}
