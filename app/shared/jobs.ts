import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import type { Database, SqlValue } from "./database.ts";

/** `queued` until a worker has `computed` the result, or `failed` for a reason. */
export type JobState = "queued" | "computed" | "failed";

/** A number that somebody submitted, and what became of it. */
export interface Job {
    readonly id: number;
    readonly number: number;
    readonly state: JobState;
    /** The Fibonacci number in decimal digits, as a string since it may have thousands of them; null until computed. */
    readonly result: string | null;
    /** Why the job failed, else null. */
    readonly reason: string | null;
    /** ISO 8601 */
    readonly createdAt: string;
    /** ISO 8601; null until computed or failed */
    readonly finishedAt: string | null;
}

/** The facts that a worker needs of a job that it has taken. */
export interface StartedJob {
    readonly number: number;
    /** Number of times that a worker has started on it, this one included. */
    readonly attempts: number;
}

const TABLE = `CREATE TABLE IF NOT EXISTS jobs (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    number INT UNSIGNED NOT NULL,
    state ENUM('queued', 'computed', 'failed') NOT NULL DEFAULT 'queued',
    result TEXT CHARACTER SET ascii,
    reason VARCHAR(255),
    attempts INT UNSIGNED NOT NULL DEFAULT 0,
    created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    queued_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    finished_at TIMESTAMP(3) NULL,
    KEY unfinished (state, queued_at)
)`;

// Seconds since 1970 don't depend on the session's time zone, as a TIMESTAMP's text would.
const COLUMNS = `id, number, state, result, reason,
    UNIX_TIMESTAMP(created_at) AS created_at, UNIX_TIMESTAMP(finished_at) AS finished_at`;

interface JobRow extends RowDataPacket {
    id: number;
    number: number;
    state: JobState;
    result: string | null;
    reason: string | null;
    created_at: string;
    finished_at: string | null;
}

interface IdRow extends RowDataPacket {
    id: number;
}

interface StartedRow extends RowDataPacket {
    number: number;
    attempts: number;
}

/** The jobs in MySQL: what the application knows for certain. The table is made when it is first missed. */
export class Jobs {
    constructor(private readonly database: Database) {}

    /** Stores a new job, not yet queued in Redis. */
    async add(number: number): Promise<Job> {
        const { insertId } = await this.#change("INSERT INTO jobs (number) VALUES (?)", [number]);
        const job = await this.find(insertId);
        if (job === undefined) {
            throw new Error(`Job ${insertId} was inserted but is not in the table`);
        }
        return job;
    }

    /** The job with this id, or undefined. */
    async find(id: number): Promise<Job | undefined> {
        const rows = await this.#read<JobRow>(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`, [id]);
        return rows.map(toJob)[0];
    }

    /** The latest 50 jobs, newest first. */
    async latest(): Promise<Job[]> {
        const rows = await this.#read<JobRow>(`SELECT ${COLUMNS} FROM jobs ORDER BY id DESC LIMIT 50`);
        return rows.map(toJob);
    }

    /** Notes that a worker starts on a job; undefined when there is nothing left to do for it. */
    async start(id: number): Promise<StartedJob | undefined> {
        const [job] = await this.#read<StartedRow>(
            "SELECT number, attempts FROM jobs WHERE id = ? AND state = 'queued'",
            [id],
        );
        if (job === undefined) {
            return undefined;
        }
        // Compared with what was read, so that a statement that timed out here but is still carried out
        // by MySQL doesn't count twice.
        await this.#change("UPDATE jobs SET attempts = attempts + 1 WHERE id = ? AND attempts = ?", [
            id,
            job.attempts,
        ]);
        return { number: job.number, attempts: job.attempts + 1 };
    }

    /** Stores a result. A job that is already finished stays as it is, so doing it twice does no harm. */
    async complete(id: number, result: string): Promise<void> {
        await this.#change(
            "UPDATE jobs SET state = 'computed', result = ?, finished_at = CURRENT_TIMESTAMP(3) WHERE id = ? AND state = 'queued'",
            [result, id],
        );
    }

    /** Gives a job up, with the reason that its submitter is shown. */
    async fail(id: number, reason: string): Promise<void> {
        await this.#change(
            "UPDATE jobs SET state = 'failed', reason = ?, finished_at = CURRENT_TIMESTAMP(3) WHERE id = ? AND state = 'queued'",
            [reason.slice(0, 255), id],
        );
    }

    /**
     * Queues jobs again that nobody has finished since they were last queued.
     * Two workers that call it at the same time get different ones.
     *
     * @param age how long ago they were queued at least, in seconds
     * @param limit how many at most
     * @param queue puts them in the queue, oldest first; when it fails, they still count as queued long ago
     * @returns how many there were
     */
    async requeueUnfinished(
        age: number,
        limit: number,
        queue: (ids: readonly number[]) => Promise<void>,
    ): Promise<number> {
        return await this.#withTable(() =>
            this.database.transaction(async (execute) => {
                const rows = await execute<IdRow[]>(
                    `SELECT id FROM jobs WHERE state = 'queued' AND queued_at < CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
                        ORDER BY queued_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
                    [age],
                );
                const ids = rows.map(({ id }) => id);
                if (ids.length > 0) {
                    const placeholders = ids.map(() => "?").join(", ");
                    await execute(
                        `UPDATE jobs SET queued_at = CURRENT_TIMESTAMP(3) WHERE id IN (${placeholders})`,
                        ids,
                    );
                    await queue(ids);
                }
                return ids.length;
            }),
        );
    }

    /** Fails unless the table can be read. */
    async check(): Promise<void> {
        await this.#read("SELECT 1 FROM jobs LIMIT 1");
    }

    async #read<Row extends RowDataPacket>(sql: string, values: SqlValue[] = []): Promise<Row[]> {
        return await this.#withTable(() => this.database.execute<Row[]>(sql, values));
    }

    async #change(sql: string, values: SqlValue[]): Promise<ResultSetHeader> {
        return await this.#withTable(() => this.database.execute<ResultSetHeader>(sql, values));
    }

    async #withTable<Result>(use: () => Promise<Result>): Promise<Result> {
        try {
            return await use();
        } catch (error) {
            if (!(error instanceof Error && "code" in error && error.code === "ER_NO_SUCH_TABLE")) {
                throw error;
            }
            await this.database.execute(TABLE);
            return await use();
        }
    }
}

function toJob(row: JobRow): Job {
    return {
        id: row.id,
        number: row.number,
        state: row.state,
        result: row.result,
        reason: row.reason,
        createdAt: toIso(row.created_at),
        finishedAt: row.finished_at === null ? null : toIso(row.finished_at),
    };
}

function toIso(unixSeconds: string): string {
    return new Date(Math.round(Number(unixSeconds) * 1000)).toISOString();
}
