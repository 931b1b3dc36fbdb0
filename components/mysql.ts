import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { mysqlDefaults } from "./defaults";
import {
    clientOptions,
    initFile,
    initializeScript,
    mysqlClientOptionsPath,
    mysqlDataPath,
    mysqlRootPasswordPath,
    mysqlVolumePath,
} from "./mysql-initialization";
import { dataVolumes, StorageArgs } from "./storage-args";
import { Tier } from "./tier";
import { TierArgs, TierPlacementArgs } from "./tier-args";

export interface MySqlCredentials {
    /** The app user's password: letters and digits, since it stands inside SQL. */
    readonly password: pulumi.Input<string>;
    /** root's password: letters and digits. */
    readonly rootPassword: pulumi.Input<string>;
    /** The Secret whose key `password` holds the app user's password, for the tiers that connect. */
    readonly secretName: pulumi.Input<string>;
}

export interface MySqlArgs extends TierPlacementArgs {
    readonly credentials: MySqlCredentials;
    /** The official image or one with the same programs. Default: `docker.io/library/mysql:9.7`, an LTS. */
    readonly image?: pulumi.Input<string> | undefined;
    /** The application's database, created if it isn't there. Default: `app`. */
    readonly database?: pulumi.Input<string> | undefined;
    /** The application's user, who may do anything in that database and nothing elsewhere. Default: `app`. */
    readonly user?: pulumi.Input<string> | undefined;
    /** Default: a claim of 8Gi of the cluster's default StorageClass. */
    readonly storage?: StorageArgs | undefined;
    /** Whether `pulumi destroy` and replacements spare the volume. Default: false. */
    readonly protect?: boolean | undefined;
    /** Default: see {@link mysqlDefaults}. */
    readonly resources?: pulumi.Input<types.input.core.v1.ResourceRequirements> | undefined;
}

export const mysqlPort = 3306;

/**
 * How long a first initialisation may take, in seconds: 10 minutes and more on a slow disk
 * (docker-library/mysql#930). An init container isn't covered by a startup probe.
 */
const initializationSeconds = 900;

const initFilePath = "/run/secrets/mysql/init.sql";

function databaseOf({ database = mysqlDefaults.database }: MySqlArgs): pulumi.Input<string> {
    return database;
}

function tierArgs(args: MySqlArgs): TierArgs {
    const database = databaseOf(args);
    const user = args.user ?? mysqlDefaults.user;
    const { password, rootPassword, secretName } = args.credentials;
    const storage = args.storage ?? { size: mysqlDefaults.storageSize };
    return {
        namespace: args.namespace,
        clusterDomain: args.clusterDomain,
        labels: args.labels,
        imagePullSecrets: args.imagePullSecrets,
        image: args.image ?? mysqlDefaults.image,
        port: mysqlPort,
        protocol: "mysql",
        resources: args.resources ?? mysqlDefaults.resources,
        ...dataVolumes(mysqlVolumePath, storage),
        protect: args.protect,
        secretFiles: {
            [initFilePath]: pulumi
                .output({ database, user, password, rootPassword })
                .apply((users) => initFile(users)),
            [mysqlClientOptionsPath]: pulumi
                .all([user, password])
                .apply(([userName, userPassword]) => clientOptions(userName, userPassword)),
            [mysqlRootPasswordPath]: rootPassword,
        },
        initCommands: { initialize: ["sh", "-c", initializeScript] },
        command: ["mysqld"],
        args: [
            // Must come first; what the image configures is for its own entrypoint.
            "--no-defaults",
            `--datadir=${mysqlDataPath}`,
            `--init-file=${initFilePath}`,
            `--port=${String(mysqlPort)}`,
            "--socket=/tmp/mysqld.sock",
            "--pid-file=/tmp/mysqld.pid",
            "--tmpdir=/tmp",
            "--secure-file-priv=NULL",
            // The X protocol would open a second port.
            "--mysqlx=OFF",
            // A single server has nobody to replicate to; the log would fill the volume.
            "--skip-log-bin",
            "--skip-name-resolve",
        ],
        startupProbe: { tcpSocket: { port: mysqlPort }, periodSeconds: 2, failureThreshold: 300 },
        // Answers 0 even to a wrong password: alive is what can answer.
        livenessProbe: {
            exec: {
                command: [
                    "mysqladmin",
                    "--no-defaults",
                    "--host=127.0.0.1",
                    "--protocol=TCP",
                    "--connect-timeout=5",
                    "ping",
                ],
            },
            periodSeconds: 20,
            timeoutSeconds: 10,
            failureThreshold: 6,
        },
        // As the app user in its database: works when the init file's last statement did.
        readinessProbe: {
            exec: {
                command: [
                    "mysql",
                    `--defaults-file=${mysqlClientOptionsPath}`,
                    "--connect-timeout=5",
                    pulumi.interpolate`--database=${database}`,
                    "--execute=SELECT 1",
                ],
            },
            periodSeconds: 5,
            timeoutSeconds: 6,
        },
        // A large buffer pool takes its time to be written.
        terminationGracePeriodSeconds: 60,
        progressDeadlineSeconds: initializationSeconds,
        connection: { env: { DATABASE: database, USER: user }, password: { secretName } },
    };
}

/** MySQL with one database and its user, whose passwords follow the Secret at every start. */
export class MySql extends Tier {
    readonly database: pulumi.Input<string>;

    /** @throws {ArgumentsError} as {@link Tier}. */
    constructor(name: string, args: MySqlArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, tierArgs(args), opts, "multitier:components:MySql");
        this.database = databaseOf(args);
    }
}
