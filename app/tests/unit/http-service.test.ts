import assert from "node:assert/strict";
import { Agent, request, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { pino } from "pino";
import { Registry } from "prom-client";
import { createHttpService } from "../../shared/http-service.ts";

function create(dependencies: Record<string, () => Promise<void>> = {}) {
    return createHttpService({ log: pino({ enabled: false }), metrics: new Registry(), dependencies });
}

test("liveness asks nobody, readiness says which dependency is down", async () => {
    const { service } = create({
        mysql: () => Promise.reject(new Error("ECONNREFUSED")),
        redis: () => Promise.resolve(),
    });
    assert.equal((await service.inject("/livez")).statusCode, 200);
    const readiness = await service.inject("/readyz");
    assert.equal(readiness.statusCode, 503);
    assert.deepEqual(readiness.json(), { status: "not ready", mysql: "ECONNREFUSED", redis: "ok" });
});

test("metrics count requests by route, not by address", async () => {
    const { service } = create();
    service.get("/api/jobs/:id", () => ({}));
    await service.inject("/api/jobs/1");
    await service.inject("/api/jobs/2");
    const { body } = await service.inject("/metrics");
    assert.match(
        body,
        /^http_request_duration_seconds_count\{method="GET",route="\/api\/jobs\/:id",status="200"\} 2$/m,
    );
});

test("draining finishes the request in hand and asks its connection to close", async () => {
    const http = create();
    const { service } = http;
    let arrived: () => void = () => undefined;
    let finish: () => void = () => undefined;
    const inHand = new Promise<void>((resolve) => {
        arrived = resolve;
    });
    const finished = new Promise<void>((resolve) => {
        finish = resolve;
    });
    service.get("/slow", async () => {
        arrived();
        await finished;
        return { done: true };
    });
    const { port } = new URL(await service.listen({ port: 0, host: "127.0.0.1" }));
    const agent = new Agent({ keepAlive: true });
    const get = (path: string) =>
        new Promise<IncomingMessage>((resolve, reject) => {
            request({ host: "127.0.0.1", port, path, agent }, (response) => {
                response.resume();
                response.on("end", () => {
                    resolve(response);
                });
            })
                .on("error", reject)
                .end();
        });

    const slow = get("/slow");
    await inHand;
    const drained = http.drain();
    const readiness = await get("/readyz");
    assert.equal(readiness.statusCode, 503);
    assert.equal(readiness.headers.connection, "close");
    finish();
    const answer = await slow;
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers.connection, "close");
    await drained;
    await assert.rejects(get("/livez"), /ECONNREFUSED/);
    agent.destroy();
});
