import { mysqlDefaults } from "../../components/defaults.ts";
import { mysqlClientOptionsPath, mysqlRootPasswordPath } from "../../components/mysql-initialization.ts";
import { runClient, type Context } from "./context.ts";
import { checkRow, settling, type Row } from "./row.ts";
import type { LiveTier } from "./subject.ts";

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

/** The output of a statement. */
interface SqlResult {
    readonly lines: readonly string[];
    /** As in `ERROR 1045`, without the rest. */
    readonly error: string | undefined;
    readonly text: string;
}

/** A login to MySQL, and the statement that is run in it. */
interface Login {
    readonly what: string;
    readonly expected: string;
    readonly script: string;
    readonly statement: string;
    readonly judge: (result: SqlResult) => boolean;
    readonly why: string;
}

function logins(database: string): Login[] {
    return [
        {
            what: "SHOW DATABASES as the app's user",
            expected: `${database}, and none of MySQL's own`,
            script: asUser,
            statement: "SHOW DATABASES",
            judge: ({ lines }) =>
                lines.includes(database) && !lines.includes("mysql") && !lines.includes("sys"),
            why: `MySQL refuses the app's user with the password that the Secret holds, or has not got its database. ${restart}`,
        },
        {
            what: "log in with a wrong password",
            expected: "ERROR 1045",
            script: asUserWrongly,
            statement: "SELECT 1",
            judge: ({ error }) => error === "ERROR 1045",
            why: "MySQL must refuse a wrong password.",
        },
        {
            what: "read mysql.user as the app's user",
            expected: "ERROR 1142",
            script: asUser,
            statement: "SELECT COUNT(*) FROM mysql.user",
            judge: ({ error }) => error === "ERROR 1142",
            why: "The app's user must have rights in its own database only; it was granted more.",
        },
        {
            what: "SHOW DATABASES as root",
            expected: `${database} and MySQL's own`,
            script: asRoot,
            statement: "SHOW DATABASES",
            judge: ({ lines }) => [database, ...systemDatabases].every((name) => lines.includes(name)),
            why: `MySQL refuses root with the password that the Secret holds. ${restart}`,
        },
    ];
}

/** Checks for every MySQL who may log in, and the databases that they see. */
export function checkMySql(context: Context): Promise<Row>[] {
    const tiers = context.tiers.filter(({ protocol }) => protocol === "mysql");
    return tiers.flatMap((tier) =>
        logins(databaseOf(tier)).map(({ what, expected, script, statement, judge, why }) =>
            checkRow(
                { group: "MySQL", from: "a pod beside it", to: tier.name, what, expected },
                settling,
                async () => {
                    const result = await query(context, tier, script, statement);
                    return { observed: result.text || "no answer", asExpected: judge(result), why };
                },
            ),
        ),
    );
}

/** The app's database. A stack that an earlier version has deployed doesn't name it, and has most likely the default. */
export function databaseOf({ database = mysqlDefaults.database }: LiveTier): string {
    return database;
}

/** Runs a statement as the app's user. */
export async function queryAsUser(context: Context, tier: LiveTier, statement: string): Promise<SqlResult> {
    return await query(context, tier, asUser, statement);
}

async function query(
    context: Context,
    tier: LiveTier,
    script: string,
    statement: string,
): Promise<SqlResult> {
    const { stdout, stderr } = await runClient(context, tier, script, statement);
    const lines = stdout.trim().split("\n");
    const error = /^ERROR.*$/m.exec(stderr)?.[0];
    return { lines, error: /^ERROR \d+/.exec(error ?? "")?.[0], text: error ?? lines.join(", ") };
}
