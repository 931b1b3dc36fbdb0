import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { StartedJob } from "../../shared/jobs.ts";
import type { Taken } from "../../worker/queue-consumer.ts";
import { Worker, type WorkerOptions } from "../../worker/worker.ts";

interface Situation {
    /** Jobs that the queue hands out, in this order; then the worker is told to stop. */
    readonly entries: readonly Taken[];
    /** Each job's number and how often it was started before. */
    readonly jobs: Record<number, StartedJob>;
    readonly compute?: WorkerOptions["compute"];
    /** Number of failures of the database when a result is stored. */
    readonly failures?: number;
    readonly forgotten?: readonly number[];
    /** Called when a result is about to be stored. */
    readonly onStore?: (stop: AbortController) => void;
}

/** Runs a worker through a situation, and returns what it did in order. */
async function work({ entries, jobs, compute = String, failures = 0, forgotten = [], onStore }: Situation) {
    const events: string[] = [];
    const left = [...entries];
    const stop = new AbortController();
    let failuresLeft = failures;
    const worker = new Worker({
        log: pino({ enabled: false }),
        metrics: new Registry(),
        forgottenAfter: 30,
        sweepInterval: 60_000,
        compute,
        consumer: {
            take: () => {
                const taken = left.shift();
                if (taken === undefined) {
                    stop.abort();
                }
                return Promise.resolve(taken);
            },
            acknowledge: ({ entry }) => {
                events.push(`acknowledge ${entry}`);
                return Promise.resolve();
            },
            leave: () => {
                events.push("leave");
                return Promise.resolve();
            },
        },
        queue: {
            add: (ids) => {
                events.push(`queue ${ids.join(" ")}`);
                return Promise.resolve();
            },
        },
        jobs: {
            start: (id) => {
                events.push(`start ${id}`);
                return Promise.resolve(jobs[id]);
            },
            complete: (id, result) => {
                onStore?.(stop);
                if (failuresLeft > 0) {
                    failuresLeft -= 1;
                    events.push("no database");
                    return Promise.reject(new Error("no database"));
                }
                events.push(`complete ${id} ${result}`);
                return Promise.resolve();
            },
            fail: (id, reason) => {
                events.push(`fail ${id} ${reason}`);
                return Promise.resolve();
            },
            requeueUnfinished: async (_age, _limit, queue) => {
                if (forgotten.length > 0) {
                    await queue(forgotten);
                }
                return forgotten.length;
            },
        },
    });
    await worker.run(stop.signal);
    return events;
}

const entry = { entry: "a", jobId: 1 };
const fresh = { number: 10, attempts: 1 };

test("a result is stored before its entry is acknowledged", async () => {
    assert.deepEqual(await work({ entries: [entry], jobs: { 1: fresh } }), [
        "start 1",
        "complete 1 10",
        "acknowledge a",
        "leave",
    ]);
});

test("an entry whose job is done or unknown is only acknowledged", async () => {
    assert.deepEqual(await work({ entries: [entry], jobs: {} }), ["start 1", "acknowledge a", "leave"]);
});

test("a lost database is tried again with the same job, which counts as one attempt", async () => {
    assert.deepEqual(await work({ entries: [entry], jobs: { 1: fresh }, failures: 2 }), [
        "start 1",
        "no database",
        "no database",
        "complete 1 10",
        "acknowledge a",
        "leave",
    ]);
});

test("told to stop, it finishes the job in hand and takes no other", async () => {
    const events = await work({
        entries: [entry, { entry: "b", jobId: 2 }],
        jobs: { 1: fresh, 2: fresh },
        onStore: (stop) => {
            stop.abort();
        },
    });
    assert.deepEqual(events, ["start 1", "complete 1 10", "acknowledge a", "leave"]);
});

test("a worker that must stop with a job in hand stays in the group, so that the job is taken over", async () => {
    const events = await work({
        entries: [entry],
        jobs: { 1: fresh },
        failures: 1,
        onStore: (stop) => {
            stop.abort();
        },
    });
    assert.deepEqual(events, ["start 1", "no database"]);
});

test("a job that was started five times without a result is given up", async () => {
    const events = await work({ entries: [entry], jobs: { 1: { number: 10, attempts: 6 } } });
    assert.match(events[1] ?? "", /^fail 1 Given up after 5 attempts/);
    assert.deepEqual(events.slice(2), ["acknowledge a", "leave"]);
});

test("a computation that throws fails its job with the reason", async () => {
    const compute = () => {
        throw new RangeError("too large");
    };
    assert.deepEqual(await work({ entries: [entry], jobs: { 1: fresh }, compute }), [
        "start 1",
        "fail 1 too large",
        "acknowledge a",
        "leave",
    ]);
});

test("forgotten jobs are queued again", async () => {
    assert.deepEqual(await work({ entries: [], jobs: {}, forgotten: [4, 5] }), ["queue 4 5", "leave"]);
});
