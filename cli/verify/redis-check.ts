import { redisPasswordPath } from "../../components/redis-files.ts";
import { settling, type Context } from "./context.ts";
import { answer, type Row } from "./row.ts";
import type { LiveTier } from "./subject.ts";

/** The Secret's password works on every Redis, none does not, and a wrong one does not. */
export function checkRedis(context: Context): Promise<Row>[] {
    return context.tiers
        .filter(({ protocol }) => protocol === "redis")
        .flatMap((tier) => [
            ask(context, tier, {
                what: "PING with the password",
                expected: "PONG",
                // Read in the pod: no password stands in a command line.
                script: `REDISCLI_AUTH="$(cat ${redisPasswordPath})" redis-cli -h "$0" -p "$1" ping`,
                why: "Redis does not take the password that its Secret holds. Restart it, so that it reads the Secret again.",
            }),
            ask(context, tier, {
                what: "PING without a password",
                expected: "NOAUTH",
                script: 'redis-cli -h "$0" -p "$1" ping',
                why: "Redis must not answer without a password: its configuration is not the one of this program.",
            }),
            ask(context, tier, {
                what: "AUTH with a wrong password",
                expected: "WRONGPASS",
                script: 'redis-cli -h "$0" -p "$1" auth wrong',
                why: "Redis must refuse a wrong password: its configuration is not the one of this program.",
            }),
        ]);
}

interface Question {
    readonly what: string;
    /** What the answer begins with. */
    readonly expected: string;
    /** A script for bash, given the host and the port. */
    readonly script: string;
    readonly why: string;
}

async function ask(
    { probes, exec }: Context,
    tier: LiveTier,
    { what, expected, script, why }: Question,
): Promise<Row> {
    return await answer(
        { group: "Redis", from: "a pod beside it", to: tier.name, what, expected },
        settling,
        async () => {
            const { stdout, stderr } = await exec(probes.client(tier.name), [
                "timeout",
                "5",
                "bash",
                "-c",
                script,
                tier.name,
                String(tier.port),
            ]);
            const observed = firstLine(stdout) || firstLine(stderr) || "no answer";
            return { observed, asExpected: observed.startsWith(expected), why };
        },
    );
}

function firstLine(text: string): string {
    return text.trim().split("\n", 1)[0] ?? "";
}
