import type { Log } from "./log.ts";

/**
 * Runs `stop` when the process is asked to end (SIGTERM, or Ctrl-C), then exits.
 * A second request ends it at once.
 */
export function onTermination(log: Log, stop: () => Promise<void>): void {
    const terminate = (signal: NodeJS.Signals) => {
        process.once(signal, () => {
            process.exit(1);
        });
        log.info({ signal }, "Shutting down");
        stop().then(
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
}
