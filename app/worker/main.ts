import { hostname } from "node:os";
import { collectDefaultMetrics, Registry } from "prom-client";
import { Database } from "../shared/database.ts";
import { createHttpService } from "../shared/http-service.ts";
import { JobQueue } from "../shared/job-queue.ts";
import { Jobs } from "../shared/jobs.ts";
import { createRedis } from "../shared/redis.ts";
import { start } from "../shared/start.ts";
import { onTermination } from "../shared/termination.ts";
import { fibonacci } from "./fibonacci.ts";
import { QueueConsumer } from "./queue-consumer.ts";
import { Worker } from "./worker.ts";

/** Much longer than any job takes, in seconds: a worker that has one for so long is dead or cut off. */
const ABANDONED_AFTER = 30;

start("worker", async (environment, log) => {
    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
    const database = new Database(environment.mysql);
    const redis = createRedis(environment.redis, log);
    const waitingRedis = createRedis(environment.redis, log);
    const jobs = new Jobs(database);
    const queue = new JobQueue(redis);

    const http = createHttpService({
        log,
        metrics,
        dependencies: { mysql: () => jobs.check(), redis: () => queue.check() },
    });
    const worker = new Worker({
        jobs,
        queue,
        consumer: new QueueConsumer(
            waitingRedis,
            `${hostname()}-${process.pid}`,
            ABANDONED_AFTER * 1000,
            log,
        ),
        compute: (number) => fibonacci(number).toString(),
        forgottenAfter: ABANDONED_AFTER,
        sweepInterval: 10_000,
        log,
        metrics,
    });
    const stop = new AbortController();
    let working = Promise.resolve();
    waitingRedis.once("ready", () => {
        working = worker.run(stop.signal);
    });

    onTermination(log, async () => {
        stop.abort();
        await Promise.all([working, http.drain()]);
        redis.destroy();
        waitingRedis.destroy();
        await database.close();
    });
    await http.listen(environment.port);
});
