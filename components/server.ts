import * as pulumi from "@pulumi/pulumi";
import { serverDefaults } from "./defaults";
import { StatelessTier, StatelessTierArgs } from "./stateless-tier";

/** The API behind the Ingress: stores a job in MySQL and queues it in Redis. */
export class Server extends StatelessTier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: StatelessTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super({ type: "multitier:components:Server", defaults: serverDefaults }, name, args, opts);
    }
}
