import { z } from "zod";
import { STREAM } from "../shared/job-queue.ts";
import type { Log } from "../shared/log.ts";
import type { Redis } from "../shared/redis.ts";

/** The consumer group that all workers are in: each entry goes to one of them. */
const GROUP = "workers";

/** Time to wait for a new entry, in milliseconds. A shutdown may have to wait as long. */
const PATIENCE = 1000;

/** A queue entry that this worker has and others don't. */
export interface Taken {
    readonly entry: string;
    readonly jobId: number;
}

/** An entry as node-redis gives it; a claimed one that was deleted meanwhile is null. */
const entries = z.array(z.object({ id: z.string(), message: z.record(z.string(), z.string()) }).nullable());
const streams = z.array(z.object({ messages: entries })).nullable();

/** Takes entries off the queue, one at a time, and takes over those that others have left undone. */
export class QueueConsumer {
    /**
     * @param redis a connection of its own: it is busy while it waits for an entry
     * @param name this worker among the others
     * @param visibility after how many milliseconds an entry that was taken and not acknowledged is taken over
     */
    constructor(
        private readonly redis: Redis,
        private readonly name: string,
        private readonly visibility: number,
        private readonly log: Log,
    ) {}

    /** An entry to work on: an abandoned one first, else a new one, waiting for it a moment; or none. */
    async take(): Promise<Taken | undefined> {
        try {
            return (await this.#takeOver()) ?? (await this.#takeNew());
        } catch (error) {
            if (!isGroupMissing(error)) {
                throw error;
            }
            await this.#createGroup();
            return undefined;
        }
    }

    /** Says that an entry is done with. */
    async acknowledge(taken: Taken): Promise<void> {
        await this.#forget(taken.entry);
    }

    /** Leaves the group. Only for a worker that has nothing in hand, else what it has would be forgotten. */
    async leave(): Promise<void> {
        await this.redis.xGroupDelConsumer(STREAM, GROUP, this.name);
    }

    async #takeOver(): Promise<Taken | undefined> {
        const reply = await this.redis.xAutoClaim(STREAM, GROUP, this.name, this.visibility, "0-0", {
            COUNT: 1,
        });
        const taken = await this.#first(entries.parse(reply.messages));
        if (taken !== undefined) {
            this.log.warn({ job: taken.jobId }, "Took over a job that another worker left undone");
        }
        return taken;
    }

    async #takeNew(): Promise<Taken | undefined> {
        const reply: unknown = await this.redis.xReadGroup(
            GROUP,
            this.name,
            { key: STREAM, id: ">" },
            { COUNT: 1, BLOCK: PATIENCE },
        );
        return await this.#first(streams.parse(reply)?.flatMap(({ messages }) => messages) ?? []);
    }

    async #first(found: z.infer<typeof entries>): Promise<Taken | undefined> {
        const entry = found[0];
        if (entry === undefined || entry === null) {
            return undefined;
        }
        const jobId = Number(entry.message["id"]);
        if (!Number.isSafeInteger(jobId)) {
            this.log.error({ entry }, "Dropped a queue entry that names no job");
            await this.#forget(entry.id);
            return undefined;
        }
        return { entry: entry.id, jobId };
    }

    async #forget(entry: string): Promise<void> {
        await this.redis.multi().xAck(STREAM, GROUP, entry).xDel(STREAM, entry).exec();
    }

    /** Makes the group, and the stream if need be, so that what is in the stream already counts as new. */
    async #createGroup(): Promise<void> {
        try {
            await this.redis.xGroupCreate(STREAM, GROUP, "0", { MKSTREAM: true });
        } catch (error) {
            // BUSYGROUP: another worker was faster.
            if (!(error instanceof Error && error.message.startsWith("BUSYGROUP"))) {
                throw error;
            }
        }
    }
}

/** Redis was never used before, or has lost its data; UNBLOCKED is said to those who waited as it was lost. */
function isGroupMissing(error: unknown): boolean {
    return error instanceof Error && /^(NOGROUP|UNBLOCKED)/.test(error.message);
}
