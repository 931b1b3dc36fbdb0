import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentNames, groupMistakes, refuseMistakes, unknownArguments } from "./arguments-error";
import { redisDefaults } from "./defaults";
import { billionths, parseQuantity } from "./quantity";
import { PlacementArgs, placementArgs, placementNames } from "./placement";
import { redisPasswordPath } from "./pod-files";
import { dataVolumes, StorageArgs, storageArgumentNames, storageMistakes } from "./storage-args";
import { Tier } from "./tier";
import { TierArgs } from "./tier-args";
import { quantityMistakes } from "./volume-mistakes";

export interface RedisCredentials {
    /** Letters and digits, since it stands inside a configuration file. */
    readonly password: pulumi.Input<string>;
    /** The Secret whose key `password` holds it, for the tiers that connect. */
    readonly secretName: pulumi.Input<string>;
}

export interface RedisArgs extends PlacementArgs {
    readonly credentials: RedisCredentials;
    /**
     * The official image or one with the same programs.
     * @default "docker.io/library/redis:8.0"
     */
    readonly image?: pulumi.Input<string> | undefined;
    /**
     * The most that the data may take up, a Kubernetes quantity of bytes: below the memory limit by all that Redis
     * needs while it rewrites its file.
     * @default "128Mi"
     */
    readonly maxMemory?: pulumi.Input<string> | undefined;
    /**
     * The volume of the append-only file.
     * @default a claim of 1Gi of the cluster's default StorageClass
     */
    readonly storage?: StorageArgs | undefined;
    /**
     * Protects the volume from `pulumi destroy` and from being replaced.
     * @default false
     */
    readonly protect?: boolean | undefined;
    /** @default `redisDefaults.resources` */
    readonly resources?: pulumi.Input<types.input.core.v1.ResourceRequirements> | undefined;
}

const type = "multitier:components:Redis";

const argumentNames: ArgumentNames<RedisArgs> = {
    ...placementNames,
    credentials: true,
    image: true,
    maxMemory: true,
    storage: true,
    protect: true,
    resources: true,
};

const credentialNames: ArgumentNames<RedisCredentials> = { password: true, secretName: true };

export const redisPort = 6379;

const dataPath = "/data";
const configurationPath = "/etc/redis/redis.conf";
const authenticationPath = "/run/secrets/redis/authentication.conf";

function configuration(maxMemory: string): string {
    refuseMistakes(type, quantityMistakes("maxMemory", maxMemory));
    const bytes = parseQuantity(maxMemory) ?? 0n;
    return [
        `port ${String(redisPort)}`,
        "bind * -::*",
        `dir ${dataPath}`,
        "appendonly yes",
        // The append-only file holds everything; a snapshot beside it would only double the writes.
        'save ""',
        `maxmemory ${String(bytes / billionths)}`,
        // A queue may refuse an entry but never drop one.
        "maxmemory-policy noeviction",
        `include ${authenticationPath}`,
        "",
    ].join("\n");
}

function tierArgs(args: RedisArgs): TierArgs {
    const { password, secretName } = args.credentials;
    return {
        ...placementArgs(args),
        image: args.image ?? redisDefaults.image,
        port: redisPort,
        protocol: "redis",
        resources: args.resources ?? redisDefaults.resources,
        ...dataVolumes(dataPath, args.storage ?? { size: redisDefaults.storageSize }),
        protect: args.protect,
        files: {
            [configurationPath]: pulumi
                .output(args.maxMemory ?? redisDefaults.maxMemory)
                .apply(configuration),
        },
        secretFiles: {
            [authenticationPath]: pulumi.interpolate`requirepass ${password}\n`,
            [redisPasswordPath]: password,
        },
        command: ["redis-server"],
        args: [configurationPath],
        startupProbe: { tcpSocket: { port: redisPort }, periodSeconds: 1, failureThreshold: 120 },
        // Exits 0 on any answer, NOAUTH and LOADING too: alive is what can answer.
        livenessProbe: {
            exec: { command: ["redis-cli", "-h", "127.0.0.1", "ping"] },
            periodSeconds: 20,
            timeoutSeconds: 5,
            failureThreshold: 6,
        },
        // The answer is compared, since redis-cli exits 0 on an error as well (spotahome/redis-operator#576).
        readinessProbe: {
            exec: {
                command: [
                    "sh",
                    "-c",
                    `test "$(REDISCLI_AUTH="$(cat ${redisPasswordPath})" redis-cli -h 127.0.0.1 ping)" = PONG`,
                ],
            },
            periodSeconds: 5,
            timeoutSeconds: 5,
        },
        connection: { password: { secretName } },
    };
}

/** Redis with a password and an append-only file, as a queue needs it. */
export class Redis extends Tier {
    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
        const ofCredentials = groupMistakes(args.credentials, credentialNames, "credentials");
        const mistakes = [
            ...unknownArguments(args, argumentNames),
            ...ofCredentials,
            ...storageMistakes(args.storage),
            ...quantityMistakes("maxMemory", args.maxMemory ?? redisDefaults.maxMemory),
        ];
        // Without credentials there is nothing to make a tier's arguments from.
        refuseMistakes(`${type} "${name}"`, ofCredentials.length > 0 ? mistakes : []);
        super(name, tierArgs(args), opts, { type, mistakes, argumentNames: storageArgumentNames });
    }
}
