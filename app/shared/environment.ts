import { z } from "zod";

const port = (fallback: number) =>
    z.coerce
        .number("a port number")
        .int("a port number")
        .min(1, "a port number")
        .max(65535, "a port number")
        .default(fallback);
const text = () => z.string("missing").trim().min(1, "empty");

const schema = z
    .object({
        PORT: port(8080),
        MYSQL_HOST: text(),
        MYSQL_PORT: port(3306),
        MYSQL_DATABASE: text(),
        MYSQL_USER: text(),
        MYSQL_PASSWORD_FILE: text(),
        REDIS_HOST: text(),
        REDIS_PORT: port(6379),
        REDIS_PASSWORD_FILE: text(),
    })
    .transform((variables) => ({
        port: variables.PORT,
        mysql: {
            host: variables.MYSQL_HOST,
            port: variables.MYSQL_PORT,
            database: variables.MYSQL_DATABASE,
            user: variables.MYSQL_USER,
            passwordFile: variables.MYSQL_PASSWORD_FILE,
        },
        redis: {
            host: variables.REDIS_HOST,
            port: variables.REDIS_PORT,
            passwordFile: variables.REDIS_PASSWORD_FILE,
        },
    }));

/** Settings that the server and the worker take from their environment. */
export type Environment = z.infer<typeof schema>;

/** At least one environment variable is missing or unusable; the message names them all. */
export class EnvironmentError extends Error {
    override readonly name = "EnvironmentError";

    constructor(readonly mistakes: readonly string[]) {
        super(`The environment is not usable: ${mistakes.join("; ")}`);
    }
}

/**
 * Reads the environment variables that app/README.md lists.
 *
 * @throws EnvironmentError with every mistake at once
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
    const parsed = schema.safeParse(variables);
    if (parsed.success) {
        return parsed.data;
    }
    throw new EnvironmentError(
        parsed.error.issues.map((issue) => {
            const name = issue.path.join(".");
            const value = variables[name];
            if (value === undefined) {
                return `${name} is missing`;
            }
            return value.trim() === ""
                ? `${name} is empty`
                : `${name} is "${value}", expected ${issue.message}`;
        }),
    );
}
