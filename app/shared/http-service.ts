import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fastify, LogController, type FastifyBaseLogger } from "fastify";
import { Histogram, type Registry } from "prom-client";
import { askDependencies, type Dependencies } from "./readiness.ts";

/** Limit for a dependency's answer to a readiness probe, in milliseconds. */
const PATIENCE = 2000;

/** Draining ends when no request has come for this long, in milliseconds: what is left open is idle. */
const QUIET = 2000;

/** Draining ends after this long in any case, in milliseconds: well before Kubernetes' 30 s run out. */
const LONGEST_DRAIN = 10_000;

/** The largest request body, in bytes: a number needs far less. */
const BODY_LIMIT = 1024;

/** The parts that a tier's HTTP service is made from. */
export interface HttpServiceOptions {
    readonly log: FastifyBaseLogger;
    /** Dependencies that must be available for the tier to be ready. */
    readonly dependencies: Dependencies;
    /** Metrics that /metrics shows. The service adds the duration of its requests. */
    readonly metrics: Registry;
}

/**
 * An HTTP service with /livez (asks nobody), /readyz (asks the dependencies) and /metrics,
 * to which a tier adds its own routes, and the means to stop it without losing a request.
 */
export function createHttpService({ log, dependencies, metrics }: HttpServiceOptions) {
    const service = fastify({
        loggerInstance: log,
        logController: new LogController({ disableRequestLogging: true }),
        bodyLimit: BODY_LIMIT,
        requestTimeout: 30_000,
        // Longer than proxies usually keep idle connections, so that it is them who close.
        keepAliveTimeout: 120_000,
        return503OnClosing: false,
    });
    const duration = new Histogram({
        name: "http_request_duration_seconds",
        help: "Duration of HTTP requests",
        labelNames: ["method", "route", "status"],
        buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        registers: [metrics],
    });
    let draining = false;
    let lastRequest = 0;

    service.addHook("onRequest", (_request, reply, done) => {
        lastRequest = Date.now();
        if (draining) {
            reply.header("connection", "close");
        }
        done();
    });
    service.addHook("onSend", (_request, reply, payload, done) => {
        // Draining may have begun while the request was in hand.
        if (draining) {
            reply.header("connection", "close");
        }
        done(null, payload);
    });
    service.addHook("onResponse", (request, reply, done) => {
        const route = request.routeOptions.url ?? "unknown";
        const status = reply.statusCode;
        duration.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
        if (!PROBES.has(route)) {
            log.info(
                {
                    method: request.method,
                    url: request.url,
                    status,
                    milliseconds: Math.round(reply.elapsedTime),
                },
                "Answered",
            );
        }
        done();
    });

    service.get("/livez", () => ({ status: "alive" }));
    service.get("/readyz", async (_request, reply) => {
        if (draining) {
            return await reply.code(503).send({ status: "shutting down" });
        }
        const readiness = await askDependencies(dependencies, PATIENCE);
        return await reply
            .code(readiness.ready ? 200 : 503)
            .send({ status: readiness.ready ? "ready" : "not ready", ...readiness.dependencies });
    });
    service.get("/metrics", async (_request, reply) => {
        return await reply.type(metrics.contentType).send(await metrics.metrics());
    });

    return {
        service,

        /** Listens on every address, or says why it can't. */
        async listen(port: number): Promise<void> {
            // "::" takes IPv4 connections too, but does not exist where IPv6 is turned off.
            const addresses = Object.values(networkInterfaces()).flatMap((given) => given ?? []);
            const host = addresses.some(({ family }) => family === "IPv6") ? "::" : "0.0.0.0";
            await service.listen({ port, host });
        },

        /**
         * Stops without losing a request: it is no longer ready, asks every connection that carries a request
         * to close after the answer, and stops listening once the traffic has gone elsewhere.
         */
        async drain(): Promise<void> {
            draining = true;
            const begin = Date.now();
            const open = () =>
                new Promise<number>((resolve, reject) => {
                    service.server.getConnections((error, count) => {
                        if (error === null) {
                            resolve(count);
                        } else {
                            reject(error);
                        }
                    });
                });
            while (
                (await open()) > 0 &&
                Date.now() - Math.max(begin, lastRequest) < QUIET &&
                Date.now() - begin < LONGEST_DRAIN
            ) {
                await sleep(50);
            }
            await service.close();
        },
    };
}

const PROBES: ReadonlySet<string> = new Set(["/livez", "/readyz", "/metrics"]);
