import * as pulumi from "@pulumi/pulumi";
import { workerDefaults } from "./defaults";
import { StatelessTierArgs, statelessTierArgs } from "./stateless-tier";
import { Tier } from "./tier";

/** Takes jobs from Redis and writes their results to MySQL; its Service serves health and metrics. */
export class Worker extends Tier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: StatelessTierArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, statelessTierArgs(args, workerDefaults), opts, "multitier:components:Worker");
    }
}
