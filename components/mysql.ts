import { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
    ArgumentMistake,
    ArgumentNames,
    groupMistakes,
    isPlain,
    mistakeUnless,
    refuseMistakes,
    unknownArguments,
} from "./arguments-error";
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
import { PlacementArgs, placementArgs, placementNames } from "./placement";
import { dataVolumes, StorageArgs, storageArgumentNames, storageMistakes } from "./storage-args";
import { Tier } from "./tier";
import { TierArgs } from "./tier-args";

export interface MySqlCredentials {
    /** The app user's password: letters and digits, since it stands inside SQL. */
    readonly password: pulumi.Input<string>;
    /** root's password: letters and digits. */
    readonly rootPassword: pulumi.Input<string>;
    /** The Secret whose key `password` holds the app user's password, for the tiers that connect. */
    readonly secretName: pulumi.Input<string>;
}

export interface MySqlArgs extends PlacementArgs {
    readonly credentials: MySqlCredentials;
    /**
     * The official image or one with the same programs.
     * @default "docker.io/library/mysql:9.7", an LTS
     */
    readonly image?: pulumi.Input<string> | undefined;
    /**
     * The application's database, created if it isn't there.
     * @default "app"
     */
    readonly database?: pulumi.Input<string> | undefined;
    /**
     * The application's user, who may do anything in that database and nothing elsewhere.
     * @default "app"
     */
    readonly user?: pulumi.Input<string> | undefined;
    /** @default a claim of 8Gi of the cluster's default StorageClass */
    readonly storage?: StorageArgs | undefined;
    /**
     * Protects the volume from `pulumi destroy` and from being replaced.
     * @default false
     */
    readonly protect?: boolean | undefined;
    /** @default `mysqlDefaults.resources` */
    readonly resources?: pulumi.Input<types.input.core.v1.ResourceRequirements> | undefined;
}

const type = "multitier:components:MySql";

const argumentNames: ArgumentNames<MySqlArgs> = {
    ...placementNames,
    credentials: true,
    image: true,
    database: true,
    user: true,
    storage: true,
    protect: true,
    resources: true,
};

const credentialNames: ArgumentNames<MySqlCredentials> = {
    password: true,
    rootPassword: true,
    secretName: true,
};

export const mysqlPort = 3306;

/**
 * Limit for a first initialisation, in seconds: 10 minutes and more on a slow disk
 * (docker-library/mysql#930). An init container isn't covered by a startup probe.
 */
const initializationSeconds = 900;

const initFilePath = "/run/secrets/mysql/init.sql";

function databaseOf({ database = mysqlDefaults.database }: MySqlArgs): pulumi.Input<string> {
    return database;
}

/** The names stand inside SQL and options files. */
function nameMistakes({ database, user }: Pick<MySqlArgs, "database" | "user">): ArgumentMistake[] {
    return Object.entries({ database, user }).flatMap(([argument, name]) =>
        mistakeUnless(
            name === undefined || !isPlain(name) || (typeof name === "string" && /^[$\w]{1,32}$/.test(name)),
            argument,
            name,
            "a name of at most 32 letters, digits, _ and $",
        ),
    );
}

function tierArgs(args: MySqlArgs): TierArgs {
    const database = databaseOf(args);
    const user = args.user ?? mysqlDefaults.user;
    const { password, rootPassword, secretName } = args.credentials;
    const storage = args.storage ?? { size: mysqlDefaults.storageSize };
    return {
        ...placementArgs(args),
        image: args.image ?? mysqlDefaults.image,
        port: mysqlPort,
        protocol: "mysql",
        resources: args.resources ?? mysqlDefaults.resources,
        ...dataVolumes(mysqlVolumePath, storage),
        protect: args.protect,
        secretFiles: {
            [initFilePath]: pulumi.output({ database, user, password, rootPassword }).apply((users) => {
                refuseMistakes(type, nameMistakes(users));
                return initFile(users);
            }),
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
        const ofCredentials = groupMistakes(args.credentials, credentialNames, "credentials");
        const mistakes = [
            ...unknownArguments(args, argumentNames),
            ...ofCredentials,
            ...storageMistakes(args.storage),
            ...nameMistakes(args),
        ];
        // Without credentials there is nothing to make a tier's arguments from.
        refuseMistakes(`${type} "${name}"`, ofCredentials.length > 0 ? mistakes : []);
        super(name, tierArgs(args), opts, {
            type,
            mistakes,
            argumentNames: storageArgumentNames,
        });
        this.database = databaseOf(args);
    }
}
