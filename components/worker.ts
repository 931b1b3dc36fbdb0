import * as pulumi from "@pulumi/pulumi";
import { workerDefaults } from "./defaults";
import { StatelessTier, StatelessTierArgs } from "./stateless-tier";

/** Takes jobs from Redis and writes their results to MySQL; its Service serves health and metrics. */
export class Worker extends StatelessTier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: StatelessTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super({ type: "multitier:components:Worker", defaults: workerDefaults }, name, args, opts);
    }
}
