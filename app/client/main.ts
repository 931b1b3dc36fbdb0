import { join } from "node:path";
import { pino, stdTimeFunctions } from "pino";
import { StaticServer } from "./static-server.ts";

const log = pino({
    base: { tier: "client" },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
});

async function run(): Promise<void> {
    const given = process.env["PORT"] ?? "8080";
    const port = Number(given);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new Error(`PORT is "${given}", expected a port number from 1 to 65535`);
    }
    const server = new StaticServer(join(__dirname, "page"));
    const terminate = (signal: NodeJS.Signals) => {
        log.info({ signal }, "Shutting down");
        server.drain().then(
            () => {
                log.info("Stopped");
                process.exit(0);
            },
            (error: unknown) => {
                log.error({ err: error }, "Could not stop cleanly");
                process.exit(1);
            },
        );
    };
    process.once("SIGTERM", terminate);
    process.once("SIGINT", terminate);
    await server.listen(port);
    log.info({ port }, "Serving the page");
}

run().catch((error: unknown) => {
    log.fatal({ err: error }, "Could not start");
    process.exit(1);
});
