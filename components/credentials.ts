import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { ArgumentNames, refuseMistakes, unknownArguments } from "./arguments-error";
import { defaultPasswordVersion } from "./defaults";
import { MySqlCredentials } from "./mysql";
import { optionsOf, PlacementArgs, placementMistakes, placementNames, placementOf } from "./placement";
import { RedisCredentials } from "./redis";

export interface PasswordVersions {
    /** @default 1 */
    readonly mysql?: pulumi.Input<number> | undefined;
    /** @default 1 */
    readonly mysqlRoot?: pulumi.Input<number> | undefined;
    /** @default 1 */
    readonly redis?: pulumi.Input<number> | undefined;
}

export interface CredentialsArgs extends PlacementArgs {
    /** Versions of the passwords: a higher one has that password generated again and rolled out. */
    readonly versions?: PasswordVersions | undefined;
}

const argumentNames: ArgumentNames<CredentialsArgs> = { ...placementNames, versions: true };
const versionNames: ArgumentNames<PasswordVersions> = { mysql: true, mysqlRoot: true, redis: true };

/** Generates the passwords, and the Secrets from which the tiers that use them read them. */
export class Credentials extends pulumi.ComponentResource {
    readonly mysql: MySqlCredentials;
    readonly redis: RedisCredentials;

    /** @throws {ArgumentsError} naming each argument that can't be used, before anything is created. */
    constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
        const type = "multitier:components:Credentials";
        refuseMistakes(`${type} "${name}"`, [
            ...unknownArguments(args, argumentNames),
            ...placementMistakes(args),
            ...unknownArguments(args.versions, versionNames, "versions"),
        ]);
        super(type, name, {}, optionsOf(args, opts));
        const { namespace, labels = {} } = placementOf(args);
        const password = (
            user: string,
            version: pulumi.Input<number> = defaultPasswordVersion,
        ): pulumi.Output<string> =>
            new RandomPassword(
                `${name}-${user}-password`,
                // No special characters: the passwords stand inside SQL and configuration files.
                { length: 32, special: false, keepers: { version: pulumi.interpolate`${version}` } },
                { parent: this },
            ).result;
        const secret = (user: string, value: pulumi.Output<string>): pulumi.Output<string> =>
            new Secret(
                `${name}-${user}`,
                { metadata: { namespace, labels }, immutable: true, stringData: { password: value } },
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
