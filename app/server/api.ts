import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { Counter, type Registry } from "prom-client";
import { DatabaseUnavailableError } from "../shared/database.ts";
import type { JobQueue } from "../shared/job-queue.ts";
import type { Jobs } from "../shared/jobs.ts";
import { LARGEST_NUMBER, readSubmission } from "./submission.ts";

/** The parts that the API works on. */
export interface ApiOptions {
    readonly jobs: Pick<Jobs, "add" | "find" | "latest">;
    readonly queue: Pick<JobQueue, "add">;
    readonly log: FastifyBaseLogger;
    readonly metrics: Registry;
}

/** Adds the routes under /api to a service. */
export function addApi(service: FastifyInstance, { jobs, queue, log, metrics }: ApiOptions): void {
    const submitted = new Counter({
        name: "jobs_submitted_total",
        help: "Jobs that were stored",
        registers: [metrics],
    });

    // Only JSON: a page of another origin can send plain text without being asked, but not JSON.
    service.removeContentTypeParser("text/plain");

    service.setErrorHandler((error, request, reply) => {
        if (error instanceof DatabaseUnavailableError) {
            log.warn({ err: error }, "Could not answer");
            return reply
                .code(503)
                .header("retry-after", "2")
                .send(
                    problem(
                        503,
                        "Service Unavailable",
                        "The database is not available at the moment. Please try again shortly.",
                    ),
                );
        }
        const status = statusOf(error);
        if (status !== undefined && error instanceof Error) {
            return reply.code(status).send(error);
        }
        log.error({ err: error, url: request.url }, "Could not answer");
        return reply
            .code(500)
            .send(problem(500, "Internal Server Error", "Something went wrong on the server."));
    });

    service.addHook("onRequest", (_request, reply, done) => {
        reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
        done();
    });

    service.post("/api/jobs", async (request, reply) => {
        const job = await jobs.add(readSubmission(request.body));
        submitted.inc();
        try {
            await queue.add([job.id]);
        } catch (error) {
            // The job is stored, and a worker queues whatever was left behind: it is only late.
            log.warn({ err: error, job: job.id }, "Stored a job but could not queue it yet");
        }
        return await reply.code(202).header("location", `/api/jobs/${job.id}`).send(job);
    });

    service.get("/api/jobs", async () => ({ jobs: await jobs.latest(), largestNumber: LARGEST_NUMBER }));

    service.get<{ Params: { id: string } }>("/api/jobs/:id", async (request, reply) => {
        const { id } = request.params;
        const job = /^[1-9]\d{0,14}$/.test(id) ? await jobs.find(Number(id)) : undefined;
        return job ?? (await reply.code(404).send(problem(404, "Not Found", `There is no job ${id}.`)));
    });
}

function problem(statusCode: number, error: string, message: string) {
    return { statusCode, error, message };
}

/** The status of an error that is the sender's own doing. */
function statusOf(error: unknown): number | undefined {
    if (typeof error !== "object" || error === null || !("statusCode" in error)) {
        return undefined;
    }
    const status = error.statusCode;
    return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}
