import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { defaultPasswordVersion } from "./defaults";
import { Labels } from "./labels";
import { MySqlCredentials } from "./mysql";
import { RedisCredentials } from "./redis";

export interface CredentialsArgs {
    /** The namespace, which exists. */
    readonly namespace: pulumi.Input<string>;
    /** Further labels of the Secrets. Default: none. */
    readonly labels?: Labels | undefined;
    /** Raise one to have that password generated anew and rolled out. Default: 1 each. */
    readonly versions?: {
        readonly mysql?: number | undefined;
        readonly mysqlRoot?: number | undefined;
        readonly redis?: number | undefined;
    };
}

/** Generates the passwords, and the Secrets from which the tiers that use them read them. */
export class Credentials extends pulumi.ComponentResource {
    readonly mysql: MySqlCredentials;
    readonly redis: RedisCredentials;

    constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("multitier:components:Credentials", name, {}, opts);
        const password = (user: string, version: number = defaultPasswordVersion): pulumi.Output<string> =>
            new RandomPassword(
                `${name}-${user}-password`,
                // No special characters: the passwords stand inside SQL and configuration files.
                { length: 32, special: false, keepers: { version: String(version) } },
                { parent: this },
            ).result;
        const secret = (user: string, value: pulumi.Output<string>): pulumi.Output<string> =>
            new Secret(
                `${name}-${user}`,
                {
                    metadata: {
                        namespace: args.namespace,
                        ...(args.labels !== undefined && { labels: args.labels }),
                    },
                    immutable: true,
                    stringData: { password: value },
                },
                { parent: this },
            ).metadata.name;

        const mysqlPassword = password("mysql", args.versions?.mysql);
        const redisPassword = password("redis", args.versions?.redis);
        this.mysql = {
            password: mysqlPassword,
            rootPassword: password("mysql-root", args.versions?.mysqlRoot),
            secretName: secret("mysql", mysqlPassword),
        };
        this.redis = { password: redisPassword, secretName: secret("redis", redisPassword) };
        this.registerOutputs({ mysql: this.mysql.secretName, redis: this.redis.secretName });
    }
}
