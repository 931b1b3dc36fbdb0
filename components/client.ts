import * as pulumi from "@pulumi/pulumi";
import { clientDefaults } from "./defaults";
import { StatelessTier, StatelessTierArgs } from "./stateless-tier";

/** The pages: what a browser loads first, through the Ingress. Connects to nothing in the cluster. */
export class Client extends StatelessTier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: StatelessTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super({ type: "multitier:components:Client", defaults: clientDefaults }, name, args, opts);
    }
}
