/** Where the volume is mounted. The data lies below it, so that it can come into being by one rename. */
export const mysqlVolumePath = "/var/lib/mysql";
export const mysqlDataPath = `${mysqlVolumePath}/data`;

/** The options file with which the app user logs in: for the readiness probe, `npm run verify` and people. */
export const mysqlClientOptionsPath = "/run/secrets/mysql/client.cnf";
export const mysqlRootPasswordPath = "/run/secrets/mysql/root-password";

/**
 * Initialises an empty volume atomically: what was killed half-way leaves nothing that looks like a database. A
 * volume that the image's own entrypoint has filled is refused, for its data would stay unseen beside the new.
 */
export const initializeScript = `set -eu
cd ${mysqlVolumePath}
if [ -e data ]; then
    echo "The volume holds an initialised database."
    exit 0
fi
if [ -e mysql.ibd ]; then
    echo "The volume holds a database in the layout of the image's own entrypoint (mysql.ibd at its root)." >&2
    echo "It is not touched. Move its content into a folder 'data' on the same volume, or give this tier another volume." >&2
    exit 1
fi
rm -rf .init-*
folder=$(mktemp -d .init-XXXXXX)
echo "Initialising an empty database."
mysqld --no-defaults --initialize-insecure --datadir="${mysqlVolumePath}/$folder" --tmpdir=/tmp
sync
mv "$folder" data
echo "Initialised."
`;

export interface MySqlUsers {
    readonly database: string;
    readonly user: string;
    /** Letters and digits only, as every password here. */
    readonly password: string;
    readonly rootPassword: string;
}

/** In a GRANT, `_` and `%` of a database's name are wildcards unless escaped. */
function databasePattern(database: string): string {
    return database.replaceAll(/[_%]/g, "\\$&");
}

/**
 * The statements that `mysqld --init-file` runs at every start, before it accepts connections: they make MySQL's
 * users match the Secret. One statement a line. A failing one is only logged, and the rest is skipped, so the app
 * user's right on its database comes last, which is what the readiness probe asks for. RETAIN CURRENT PASSWORD lets
 * the tiers log in with the old password until they have rolled
 * (https://dev.mysql.com/doc/refman/8.4/en/password-management.html#dual-passwords).
 */
export function initFile({ database, user, password, rootPassword }: MySqlUsers): string {
    const by = (secret: string): string => `IDENTIFIED WITH caching_sha2_password BY '${secret}'`;
    return [
        `ALTER USER 'root'@'localhost' ${by(rootPassword)};`,
        `CREATE USER IF NOT EXISTS 'root'@'%' ${by(rootPassword)};`,
        `ALTER USER 'root'@'%' ${by(rootPassword)};`,
        "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;",
        `CREATE DATABASE IF NOT EXISTS \`${database}\`;`,
        `CREATE USER IF NOT EXISTS '${user}'@'%' ${by(password)};`,
        `ALTER USER '${user}'@'%' ${by(password)} RETAIN CURRENT PASSWORD;`,
        `GRANT ALL PRIVILEGES ON \`${databasePattern(database)}\`.* TO '${user}'@'%';`,
        "",
    ].join("\n");
}

/** The options file with which the probe and people log in, so that no password stands in a command line. */
export function clientOptions(user: string, password: string): string {
    return `[client]\nuser=${user}\npassword=${password}\nhost=127.0.0.1\nprotocol=TCP\n`;
}
