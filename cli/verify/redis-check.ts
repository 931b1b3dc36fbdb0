import { redisPasswordPath } from "../../components/pod-files.ts";
import { runClient, type Context } from "./context.ts";
import { checkRow, settling, type Row } from "./row.ts";

const wrongConfiguration = "its configuration is not the one of this program.";

/** The logins that every Redis is asked for; each answer begins with the expected text. */
const logins = [
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
] as const;

/** Checks for every Redis that the Secret's password works, and that neither none nor a wrong one does. */
export function checkRedis(context: Context): Promise<Row>[] {
    const tiers = context.tiers.filter(({ protocol }) => protocol === "redis");
    return tiers.flatMap((tier) =>
        logins.map(({ what, expected, script, why }) =>
            checkRow(
                { group: "Redis", from: "a pod beside it", to: tier.name, what, expected },
                settling,
                async () => {
                    const { stdout, stderr } = await runClient(context, tier, script);
                    const observed = firstLine(stdout) || firstLine(stderr) || "no answer";
                    return { observed, asExpected: observed.startsWith(expected), why };
                },
            ),
        ),
    );
}

function firstLine(text: string): string {
    return text.trim().split("\n", 1)[0] ?? "";
}
