import { createLog, type Log } from "./log.ts";
import { EnvironmentError, readEnvironment, type Environment } from "./environment.ts";

/**
 * Starts a tier's program: with its log and what the environment says, or with one clear line
 * of why it can't, and exit code 1.
 */
export function start(tier: string, program: (environment: Environment, log: Log) => Promise<void>): void {
    const log = createLog(tier);
    const run = async () => {
        await program(readEnvironment(process.env), log);
    };
    run().catch((error: unknown) => {
        if (error instanceof EnvironmentError) {
            log.fatal({ mistakes: error.mistakes }, error.message);
        } else {
            log.fatal({ err: error }, "Could not start");
        }
        // Connections that were begun would keep the process alive, doing nothing.
        process.exit(1);
    });
}
