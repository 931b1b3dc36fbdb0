import { mysqlDefaults } from "../../components/defaults.ts";
import { mysqlClientOptionsPath, mysqlRootPasswordPath } from "../../components/mysql-initialization.ts";
import { redisPasswordPath } from "../../components/pod-files.ts";
import type { Context } from "./context.ts";
import { bash } from "./probe-scripts.ts";
import { checkRow, settling, type Row } from "./row.ts";
import type { LiveTier } from "./subject.ts";

/** The answer of a tier's own client program. */
interface ClientAnswer {
    readonly lines: readonly string[];
    /** The error if there is one, otherwise all lines. */
    readonly text: string;
}

/** A login to a tier, and what is asked for in it. */
interface Login {
    readonly what: string;
    readonly expected: string;
    /** A bash script for the container with the tier's client program; `$0` and `$1` are the tier's host and port. */
    readonly script: string;
    /** The script's `$2`. */
    readonly argument?: string;
    /** Default: the answer begins with the expected text. */
    readonly judge?: (lines: readonly string[]) => boolean;
    readonly why: string;
}

const wrongConfiguration = "its configuration is not the one of this program.";

/** The logins to every Redis: the Secret's password works, and neither none nor a wrong one does. */
const redisLogins: readonly Login[] = [
    {
        what: "PING with the password",
        expected: "PONG",
        // Read in the pod: no password stands in a command line.
        script: `REDISCLI_AUTH="$(cat ${redisPasswordPath})" redis-cli -h "$0" -p "$1" ping`,
        why: "Redis does not take the password that its Secret holds. Restart it, so that it reads the Secret again.",
    },
    {
        what: "PING without a password",
        expected: "NOAUTH",
        script: 'redis-cli -h "$0" -p "$1" ping',
        why: `Redis must not answer without a password: ${wrongConfiguration}`,
    },
    {
        what: "AUTH with a wrong password",
        expected: "WRONGPASS",
        script: 'redis-cli -h "$0" -p "$1" auth wrong',
        why: `Redis must refuse a wrong password: ${wrongConfiguration}`,
    },
];

const rest =
    '--host="$0" --port="$1" --protocol=TCP --connect-timeout=5 --get-server-public-key ' +
    '--batch --skip-column-names --execute="$2"';

/** Logs in as the app's user, by the options file of the tier's own Secret. */
const asUser = `mysql --defaults-file=${mysqlClientOptionsPath} ${rest}`;

/** Logs in as root, by an options file that only this shell has: no password stands in a command line. */
const asRoot =
    "umask 077; file=$(mktemp); trap 'rm -f \"$file\"' EXIT; " +
    `printf '[client]\\nuser=root\\npassword=%s\\n' "$(cat ${mysqlRootPasswordPath})" > "$file"; ` +
    `mysql --defaults-file="$file" ${rest}`;

/** Logs in as the app's user with a wrong password. */
const asUserWrongly =
    `user=$(sed -n 's/^user=//p' ${mysqlClientOptionsPath}); ` +
    `MYSQL_PWD=wrong mysql --no-defaults --user="$user" ${rest}`;

/** The databases that every MySQL has. */
const systemDatabases = ["information_schema", "mysql", "performance_schema", "sys"];

const restart = "Restart MySQL's pod: its init file makes the users match the Secret at every start.";

/** The logins to a MySQL that serves a database: who may log in, and the databases that they see. */
function mysqlLogins(database: string): Login[] {
    return [
        {
            what: "SHOW DATABASES as the app's user",
            expected: `${database}, and none of MySQL's own`,
            script: asUser,
            argument: "SHOW DATABASES",
            judge: (lines) => lines.includes(database) && !lines.includes("mysql") && !lines.includes("sys"),
            why: `MySQL refuses the app's user with the password that the Secret holds, or has not got its database. ${restart}`,
        },
        {
            what: "log in with a wrong password",
            expected: "ERROR 1045",
            script: asUserWrongly,
            argument: "SELECT 1",
            why: "MySQL must refuse a wrong password.",
        },
        {
            what: "read mysql.user as the app's user",
            expected: "ERROR 1142",
            script: asUser,
            argument: "SELECT COUNT(*) FROM mysql.user",
            why: "The app's user must have rights in its own database only; it was granted more.",
        },
        {
            what: "SHOW DATABASES as root",
            expected: `${database} and MySQL's own`,
            script: asRoot,
            argument: "SHOW DATABASES",
            judge: (lines) => [database, ...systemDatabases].every((name) => lines.includes(name)),
            why: `MySQL refuses root with the password that the Secret holds. ${restart}`,
        },
    ];
}

const stores = [
    { protocol: "redis", group: "Redis", loginsOf: () => redisLogins },
    { protocol: "mysql", group: "MySQL", loginsOf: (tier: LiveTier) => mysqlLogins(databaseOf(tier)) },
] as const;

/** Checks for every Redis and MySQL who may log in. */
export function checkLogins(context: Context): Promise<Row>[] {
    return stores.flatMap(({ protocol, group, loginsOf }) =>
        context.tiers
            .filter((tier) => tier.protocol === protocol)
            .flatMap((tier) => loginsOf(tier).map((login) => checkLogin(context, group, tier, login))),
    );
}

async function checkLogin(
    context: Context,
    group: "Redis" | "MySQL",
    tier: LiveTier,
    { what, expected, script, argument, judge, why }: Login,
): Promise<Row> {
    return await checkRow(
        { group, from: "a pod beside it", to: tier.name, what, expected },
        settling,
        async () => {
            const { lines, text } = await runClient(context, tier, script, argument);
            const asExpected = judge?.(lines) ?? text.startsWith(expected);
            return { observed: text || "no answer", asExpected, why };
        },
    );
}

/** The app's database. A stack that an earlier version has deployed doesn't name it, and has most likely the default. */
export function databaseOf({ database = mysqlDefaults.database }: LiveTier): string {
    return database;
}

/** Runs a statement as the app's user, and returns its output or its error. */
export async function queryAsUser(context: Context, tier: LiveTier, statement: string): Promise<string> {
    return (await runClient(context, tier, asUser, statement)).text;
}

/** Runs a script in the insider's container with a tier's own client program and passwords. */
async function runClient(
    { exec, probes }: Context,
    { name, port }: LiveTier,
    script: string,
    argument = "",
): Promise<ClientAnswer> {
    const { stdout, stderr } = await exec(probes.client(name), bash(script, name, port, argument));
    const lines = stdout.trim().split("\n");
    return { lines, text: /^ERROR.*$/m.exec(stderr)?.[0] ?? (lines.join(", ") || stderr.trim()) };
}
