import mysql, { type Pool, type PoolConnection, type QueryResult } from "mysql2/promise";
import type { Environment } from "./environment.ts";
import { PasswordFileError, readPassword } from "./password-file.ts";

/** Limit for a connection attempt or a statement, in milliseconds. */
const TIMEOUT = 5000;

/** A value that may be bound to a placeholder. */
export type SqlValue = string | number | null;

/** Carries out one prepared statement. */
export type Execute = <Result extends QueryResult>(sql: string, values?: SqlValue[]) => Promise<Result>;

/** A statement could not be carried out because MySQL is away, too slow or refuses the login. */
export class DatabaseUnavailableError extends Error {
    override readonly name = "DatabaseUnavailableError";
}

/**
 * MySQL, reached over a pool of connections that heals itself: a lost connection is replaced at the
 * next statement, and a changed password file makes a new pool.
 */
export class Database {
    #current: Generation | undefined;

    constructor(private readonly options: Environment["mysql"]) {}

    /**
     * Carries out one prepared statement.
     *
     * @throws DatabaseUnavailableError when it is worth trying again later
     */
    async execute<Result extends QueryResult>(sql: string, values: SqlValue[] = []): Promise<Result> {
        return await this.#borrow((connection) => execute<Result>(connection, sql, values));
    }

    /**
     * Carries out several statements as one: all of them count, or none. Rows are locked as they are
     * read, without the gaps between them, so that others can insert meanwhile.
     *
     * @throws DatabaseUnavailableError when it is worth trying again later
     */
    async transaction<Result>(work: (execute: Execute) => Promise<Result>): Promise<Result> {
        return await this.#borrow(async (connection) => {
            await connection.query("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            await connection.beginTransaction();
            try {
                const result = await work((sql, values) => execute(connection, sql, values ?? []));
                await connection.commit();
                return result;
            } catch (error) {
                // Without its connection the transaction ends too: nothing of it can leak to the next borrower.
                connection.destroy();
                throw error;
            }
        });
    }

    /** Closes every connection. Call it when nothing is in hand any more. */
    async close(): Promise<void> {
        await this.#current?.pool.end();
    }

    async #borrow<Result>(use: (connection: PoolConnection) => Promise<Result>): Promise<Result> {
        try {
            const generation = await this.#generation();
            generation.borrowers += 1;
            try {
                return await lend(generation.pool, use);
            } finally {
                generation.borrowers -= 1;
                this.#endWhenUnused(generation);
            }
        } catch (error) {
            throw isUnavailable(error)
                ? new DatabaseUnavailableError(`MySQL is not available: ${describe(error)}`, { cause: error })
                : error;
        }
    }

    async #generation(): Promise<Generation> {
        const password = await readPassword(this.options.passwordFile);
        const former = this.#current;
        if (former?.password === password) {
            return former;
        }
        const pool = mysql.createPool({
            host: this.options.host,
            port: this.options.port,
            database: this.options.database,
            user: this.options.user,
            password,
            connectTimeout: TIMEOUT,
            connectionLimit: 10,
        });
        const generation = { password, pool, borrowers: 0 };
        this.#current = generation;
        if (former !== undefined) {
            this.#endWhenUnused(former);
        }
        return generation;
    }

    #endWhenUnused(generation: Generation): void {
        if (generation !== this.#current && generation.borrowers === 0) {
            // Nobody waits for these connections any more, so nobody is hurt when one can't say goodbye.
            generation.pool.end().catch(() => undefined);
        }
    }
}

/** The connections that were made with one password. */
interface Generation {
    readonly password: string;
    readonly pool: Pool;
    borrowers: number;
}

async function lend<Result>(
    pool: Pool,
    use: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> {
    const connection = await pool.getConnection();
    try {
        return await use(connection);
    } catch (error) {
        if (isUnavailable(error)) {
            // A timed-out statement's answer may still come, and must not reach the next borrower.
            connection.destroy();
        }
        throw error;
    } finally {
        connection.release();
    }
}

async function execute<Result extends QueryResult>(
    connection: PoolConnection,
    sql: string,
    values: SqlValue[],
): Promise<Result> {
    const [result] = await connection.execute<Result>({ sql, values, timeout: TIMEOUT });
    return result;
}

/** SQLSTATE classes of a connection that failed (08) and a login that was refused (28). */
const UNAVAILABLE_STATES = /^(08|28)/;

function isUnavailable(error: unknown): boolean {
    if (!(error instanceof Error)) {
        return false;
    }
    const fatal = "fatal" in error && error.fatal === true;
    const state = "sqlState" in error && typeof error.sqlState === "string" ? error.sqlState : undefined;
    if (fatal || error instanceof PasswordFileError) {
        return true;
    }
    // An error with a code but no SQLSTATE is Node's or the driver's own: refused, reset, timed out.
    return state === undefined ? "code" in error : UNAVAILABLE_STATES.test(state);
}

/** An error's code where it has one: several of Node's connection errors have no message. */
function describe(error: unknown): string {
    if (error instanceof Error && "code" in error && typeof error.code === "string") {
        return error.code;
    }
    return error instanceof Error ? error.message : String(error);
}
