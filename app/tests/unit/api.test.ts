import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { Registry } from "prom-client";
import { addApi } from "../../server/api.ts";
import { DatabaseUnavailableError } from "../../shared/database.ts";
import { createHttpService } from "../../shared/http-service.ts";
import type { Job } from "../../shared/jobs.ts";

/** The server's HTTP service over jobs and a queue that are kept in memory. */
function createServer({ mysql = "up", redis = "up" } = {}) {
    const stored: Job[] = [];
    const queued: number[] = [];
    const reach = () => {
        if (mysql === "down") {
            throw new DatabaseUnavailableError("MySQL is not available: ECONNREFUSED");
        }
        if (mysql === "broken") {
            throw new Error("You have an error in your SQL syntax near secret_column");
        }
    };
    const jobs = {
        add: (number: number) => {
            reach();
            const job: Job = {
                id: stored.length + 1,
                number,
                state: "queued",
                result: null,
                reason: null,
                createdAt: "2026-01-01T00:00:00.000Z",
                finishedAt: null,
            };
            stored.push(job);
            return Promise.resolve(job);
        },
        find: (id: number) => Promise.resolve(stored.find((job) => job.id === id)),
        latest: () => {
            reach();
            return Promise.resolve(stored.toReversed());
        },
    };
    const queue = {
        add: (ids: readonly number[]) => {
            if (redis === "down") {
                return Promise.reject(new Error("The client is offline"));
            }
            queued.push(...ids);
            return Promise.resolve();
        },
    };
    const log = pino({ enabled: false });
    const metrics = new Registry();
    const { service } = createHttpService({ log, metrics, dependencies: {} });
    addApi(service, { jobs, queue, log, metrics });
    const post = (payload: unknown, type = "application/json") =>
        service.inject({
            method: "POST",
            url: "/api/jobs",
            headers: { "content-type": type },
            payload: typeof payload === "string" ? payload : JSON.stringify(payload),
        });
    const get = (url: string) => service.inject({ method: "GET", url });
    return { stored, queued, post, get, metrics };
}

test("a submitted number is stored, queued and answered with its job", async () => {
    const server = createServer();
    const answer = await server.post({ number: 10 });
    assert.equal(answer.statusCode, 202);
    assert.equal(answer.headers.location, "/api/jobs/1");
    assert.deepEqual(answer.json(), server.stored[0]);
    assert.deepEqual(server.queued, [1]);
    assert.match(await server.metrics.metrics(), /^jobs_submitted_total 1$/m);
});

test("a job that can't be queued now is accepted all the same, since it is stored", async () => {
    const server = createServer({ redis: "down" });
    assert.equal((await server.post({ number: 10 })).statusCode, 202);
    assert.equal(server.stored.length, 1);
});

test("jobs are listed newest first, with the largest number that may be submitted", async () => {
    const server = createServer();
    await server.post({ number: 1 });
    await server.post({ number: 2 });
    const { jobs, largestNumber } = (await server.get("/api/jobs")).json<{
        jobs: Job[];
        largestNumber: number;
    }>();
    assert.deepEqual(
        jobs.map(({ number }) => number),
        [2, 1],
    );
    assert.equal(largestNumber, 10_000);
});

test("one job is found by its id", async () => {
    const server = createServer();
    await server.post({ number: 7 });
    assert.equal((await server.get("/api/jobs/1")).json<Job>().number, 7);
});

test("wrong requests get a 4xx with a reason as JSON, and nothing is stored", async () => {
    const server = createServer();
    const wrong = [
        [await server.post({ number: -1 }), 400, /whole number from 0 to 10000/],
        [await server.post("{"), 400, /not valid JSON/],
        [await server.post(""), 400, /cannot be empty/],
        [await server.post({ number: 1, padding: "x".repeat(2000) }), 413, /too large/],
        [await server.post('{"number": 1}', "text/plain"), 415, /Unsupported Media Type/],
        [await server.get("/api/jobs/2"), 404, /no job 2/],
        [await server.get("/api/jobs/0x1"), 404, /no job 0x1/],
        [await server.get("/api/nothing"), 404, /not found/],
    ] as const;
    for (const [answer, status, reason] of wrong) {
        assert.equal(answer.statusCode, status);
        assert.match(answer.json<{ message: string }>().message, reason);
    }
    assert.deepEqual(server.stored, []);
});

test("without MySQL the answer is 503 with a time to come again", async () => {
    const server = createServer({ mysql: "down" });
    for (const answer of [await server.post({ number: 1 }), await server.get("/api/jobs")]) {
        assert.equal(answer.statusCode, 503);
        assert.equal(answer.headers["retry-after"], "2");
        assert.match(answer.json<{ message: string }>().message, /try again/);
    }
});

test("an error of the server's own says nothing of its inside", async () => {
    const answer = await createServer({ mysql: "broken" }).get("/api/jobs");
    assert.equal(answer.statusCode, 500);
    assert.doesNotMatch(answer.body, /secret_column/);
});
