import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Histogram, type Registry } from "prom-client";
import { backoff } from "../shared/backoff.ts";
import type { JobQueue } from "../shared/job-queue.ts";
import type { Jobs, StartedJob } from "../shared/jobs.ts";
import type { Log } from "../shared/log.ts";
import type { QueueConsumer, Taken } from "./queue-consumer.ts";

/** Number of starts after which a job counts as one that brings workers down. */
const MOST_ATTEMPTS = 5;

/** Number of forgotten jobs that are queued again in one go. */
const SWEEP_BATCH = 500;

/** The parts that a worker works with. */
export interface WorkerOptions {
    readonly jobs: Pick<Jobs, "start" | "complete" | "fail" | "requeueUnfinished">;
    readonly consumer: Pick<QueueConsumer, "take" | "acknowledge" | "leave">;
    readonly queue: Pick<JobQueue, "add">;
    /** Computes a job's result from its number; the result is stored as it is. */
    readonly compute: (number: number) => string;
    /** A job still not finished so many seconds after it was queued is queued again. */
    readonly forgottenAfter: number;
    /** Interval between searches for such jobs, in milliseconds. */
    readonly sweepInterval: number;
    readonly log: Log;
    readonly metrics: Registry;
}

/** The job that a worker has in hand, kept over failures so that it counts as one attempt. */
interface InHand {
    readonly taken: Taken;
    started?: StartedJob | undefined;
}

/** Does one job after the other, until told to stop. */
export class Worker {
    readonly #finished;
    readonly #duration;
    readonly #requeued;

    constructor(private readonly options: WorkerOptions) {
        const registers = [options.metrics];
        this.#finished = new Counter({
            name: "jobs_finished_total",
            help: "Jobs that were computed or given up",
            labelNames: ["state"],
            registers,
        });
        this.#duration = new Histogram({
            name: "job_duration_seconds",
            help: "Time from taking a job to storing its result",
            buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
            registers,
        });
        this.#requeued = new Counter({
            name: "jobs_requeued_total",
            help: "Forgotten jobs that were queued again",
            registers,
        });
    }

    /** Works until `stop` is aborted, finishing the job in hand first. Failures are logged and tried again. */
    async run(stop: AbortSignal): Promise<void> {
        await Promise.all([this.#sweepRegularly(stop), this.#work(stop)]);
    }

    async #work(stop: AbortSignal): Promise<void> {
        let inHand: InHand | undefined;
        let failures = 0;
        while (!stop.aborted) {
            try {
                if (inHand === undefined) {
                    const taken = await this.options.consumer.take();
                    inHand = taken && { taken };
                }
                if (inHand !== undefined) {
                    await this.#finish(inHand);
                    inHand = undefined;
                }
                failures = 0;
            } catch (error) {
                this.options.log.warn(
                    { err: error, job: inHand?.taken.jobId },
                    "Could not work, will try again",
                );
                await pause(backoff(failures), stop);
                failures += 1;
            }
        }
        if (inHand === undefined) {
            await this.#leave();
        }
    }

    async #finish(inHand: InHand): Promise<void> {
        const { jobs, consumer, log } = this.options;
        const id = inHand.taken.jobId;
        const begin = performance.now();
        inHand.started ??= await jobs.start(id);
        if (inHand.started === undefined) {
            log.info({ job: id }, "Nothing left to do for a job");
        } else {
            const { number } = inHand.started;
            const state = await this.#compute(id, inHand.started);
            const seconds = (performance.now() - begin) / 1000;
            this.#finished.inc({ state });
            this.#duration.observe(seconds);
            log.info({ job: id, number, state, milliseconds: Math.round(seconds * 1000) }, "Finished a job");
        }
        await consumer.acknowledge(inHand.taken);
    }

    async #compute(id: number, { number, attempts }: StartedJob): Promise<"computed" | "failed"> {
        const { jobs, compute, log } = this.options;
        if (attempts > MOST_ATTEMPTS) {
            await jobs.fail(id, `Given up after ${MOST_ATTEMPTS} attempts that ended without a result`);
            return "failed";
        }
        let result: string;
        try {
            result = compute(number);
        } catch (error) {
            log.error({ err: error, job: id, number }, "Could not compute a job");
            await jobs.fail(id, error instanceof Error ? error.message : String(error));
            return "failed";
        }
        await jobs.complete(id, result);
        return "computed";
    }

    async #sweepRegularly(stop: AbortSignal): Promise<void> {
        while (!stop.aborted) {
            try {
                await this.#sweep();
            } catch (error) {
                this.options.log.warn({ err: error }, "Could not look for forgotten jobs, will try again");
            }
            await pause(this.options.sweepInterval, stop);
        }
    }

    /**
     * Queues forgotten jobs again: those that Redis has lost, or that the server stored but couldn't queue.
     * One that merely waits in a long queue is queued twice then, which is harmless.
     */
    async #sweep(): Promise<void> {
        const { jobs, queue, forgottenAfter, log } = this.options;
        let requeued: number;
        do {
            requeued = await jobs.requeueUnfinished(forgottenAfter, SWEEP_BATCH, (ids) => queue.add(ids));
            if (requeued > 0) {
                this.#requeued.inc(requeued);
                log.warn({ jobs: requeued }, "Queued forgotten jobs again");
            }
        } while (requeued === SWEEP_BATCH);
    }

    async #leave(): Promise<void> {
        try {
            await this.options.consumer.leave();
        } catch (error) {
            // Only its name stays behind in the group.
            this.options.log.warn({ err: error }, "Could not leave the queue's consumer group");
        }
    }
}

async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
    try {
        await sleep(milliseconds, undefined, { signal: stop });
    } catch (error) {
        if (!stop.aborted) {
            throw error;
        }
    }
}
