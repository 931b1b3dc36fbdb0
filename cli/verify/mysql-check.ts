import { mysqlClientOptionsPath, mysqlRootPasswordPath } from "../../components/mysql-initialization.ts";
import { settling, type Context } from "./context.ts";
import { answer, type Observation, type Row } from "./row.ts";
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

/** What MySQL answered. */
interface SqlAnswer {
    readonly lines: readonly string[];
    /** As in `ERROR 1045`, without the rest. */
    readonly error: string | undefined;
    readonly text: string;
}

/** Who may log in to every MySQL, and what they see. */
export function checkMySql(context: Context): Promise<Row>[] {
    return context.tiers
        .filter(({ protocol }) => protocol === "mysql")
        .flatMap((tier) => {
            const database = databaseOf(tier);
            return [
                ask(context, tier, asUser, "SHOW DATABASES", {
                    what: "SHOW DATABASES as the app's user",
                    expected: `${database}, and none of MySQL's own`,
                    judge: ({ lines }) =>
                        lines.includes(database) && !lines.includes("mysql") && !lines.includes("sys"),
                    why:
                        "MySQL does not let the app's user in with the password that the Secret holds, or has not got its database. " +
                        "Restart MySQL's pod: its init file makes the users match the Secret at every start.",
                }),
                ask(context, tier, asUserWrongly, "SELECT 1", {
                    what: "log in with a wrong password",
                    expected: "ERROR 1045",
                    judge: ({ error }) => error === "ERROR 1045",
                    why: "MySQL must refuse a wrong password.",
                }),
                ask(context, tier, asUser, "SELECT COUNT(*) FROM mysql.user", {
                    what: "read mysql.user as the app's user",
                    expected: "ERROR 1142",
                    judge: ({ error }) => error === "ERROR 1142",
                    why: "The app's user must have rights in its own database only; somebody has granted it more.",
                }),
                ask(context, tier, asRoot, "SHOW DATABASES", {
                    what: "SHOW DATABASES as root",
                    expected: `${database} and MySQL's own`,
                    judge: ({ lines }) =>
                        [database, ...systemDatabases].every((name) => lines.includes(name)),
                    why:
                        "MySQL does not let root in with the password that the Secret holds. " +
                        "Restart MySQL's pod: its init file makes the users match the Secret at every start.",
                }),
            ];
        });
}

/** The app's database, as the readiness probe names it. */
export function databaseOf({ deployment }: LiveTier): string {
    const probe = deployment?.spec?.template.spec?.containers[0]?.readinessProbe?.exec?.command ?? [];
    const option = "--database=";
    return probe.find((argument) => argument.startsWith(option))?.slice(option.length) ?? "app";
}

/** Runs a statement as the app's user. */
export async function queryAsUser(context: Context, tier: LiveTier, statement: string): Promise<SqlAnswer> {
    return await query(context, tier, asUser, statement);
}

async function query(
    { probes, exec }: Context,
    tier: LiveTier,
    script: string,
    statement: string,
): Promise<SqlAnswer> {
    const { stdout, stderr } = await exec(probes.client(tier.name), [
        "timeout",
        "8",
        "bash",
        "-c",
        script,
        tier.name,
        String(tier.port),
        statement,
    ]);
    const text = /^ERROR.*$/m.exec(stderr)?.[0];
    return {
        lines: stdout.trim().split("\n"),
        error: /^ERROR \d+/.exec(text ?? "")?.[0],
        text: text ?? stdout.trim().split("\n").join(", "),
    };
}

interface Question {
    readonly what: string;
    readonly expected: string;
    readonly judge: (answer: SqlAnswer) => boolean;
    readonly why: string;
}

async function ask(
    context: Context,
    tier: LiveTier,
    script: string,
    statement: string,
    { what, expected, judge, why }: Question,
): Promise<Row> {
    return await answer(
        { group: "MySQL", from: "a pod beside it", to: tier.name, what, expected },
        settling,
        async (): Promise<Observation> => {
            const found = await query(context, tier, script, statement);
            return { observed: found.text || "no answer", asExpected: judge(found), why };
        },
    );
}
