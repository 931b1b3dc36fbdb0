import type { Redis } from "./redis.ts";
import { within } from "./within.ts";

/** Limit for Redis to queue jobs, in milliseconds: somebody waits for the answer. */
const PATIENCE = 3000;

/** The Redis stream that holds the ids of jobs to do. */
export const STREAM = "multitier:jobs";

/** Puts jobs where workers take them from. */
export class JobQueue {
    constructor(private readonly redis: Redis) {}

    /** Queues jobs by their ids. The same id twice is harmless: the second finds nothing left to do. */
    async add(ids: readonly number[]): Promise<void> {
        // Sent together, in one round trip.
        await within(
            PATIENCE,
            Promise.all(ids.map((id) => this.redis.xAdd(STREAM, "*", { id: String(id) }))),
        );
    }

    /** Fails unless Redis answers and accepts the login. */
    async check(): Promise<void> {
        await this.redis.ping();
    }
}
