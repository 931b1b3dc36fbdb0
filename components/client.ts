import * as pulumi from "@pulumi/pulumi";
import { clientDefaults } from "./defaults";
import { StatelessTierArgs, statelessTierArgs } from "./stateless-tier";
import { Tier } from "./tier";

/** The pages: what a browser loads first, through the Ingress. Connects to nothing in the cluster. */
export class Client extends Tier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: StatelessTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, statelessTierArgs(args, clientDefaults), opts, "multitier:components:Client");
    }
}
