import { collectDefaultMetrics, Registry } from "prom-client";
import { Database } from "../shared/database.ts";
import { createHttpService } from "../shared/http-service.ts";
import { JobQueue } from "../shared/job-queue.ts";
import { Jobs } from "../shared/jobs.ts";
import { createRedis } from "../shared/redis.ts";
import { start } from "../shared/start.ts";
import { onTermination } from "../shared/termination.ts";
import { addApi } from "./api.ts";

start("server", async (environment, log) => {
    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
    const database = new Database(environment.mysql);
    const redis = createRedis(environment.redis, log);
    const jobs = new Jobs(database);
    const queue = new JobQueue(redis);

    const http = createHttpService({
        log,
        metrics,
        dependencies: { mysql: () => jobs.check(), redis: () => queue.check() },
    });
    addApi(http.service, { jobs, queue, log, metrics });

    onTermination(log, async () => {
        await http.drain();
        redis.destroy();
        await database.close();
    });
    await http.listen(environment.port);
});
