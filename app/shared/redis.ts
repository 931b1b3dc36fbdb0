import { createClient } from "@redis/client";
import { backoff } from "./backoff.ts";
import type { Environment } from "./environment.ts";
import type { Log } from "./log.ts";
import { readPassword } from "./password-file.ts";

export type Redis = ReturnType<typeof createRedis>;

/**
 * A Redis client that connects in the background and again after every loss, reading the password file
 * each time. While it is not connected its commands fail at once.
 */
export function createRedis(options: Environment["redis"], log: Log) {
    const client = createClient({
        socket: {
            host: options.host,
            port: options.port,
            connectTimeout: 5000,
            // A peer that vanished without a word is noticed by the pings that it leaves unanswered.
            socketTimeout: 10_000,
            reconnectStrategy: backoff,
        },
        pingInterval: 3000,
        disableOfflineQueue: true,
        credentialsProvider: {
            type: "async-credentials-provider",
            credentials: async () => ({ password: await readPassword(options.passwordFile) }),
        },
    });
    client.on("error", (error: Error) => {
        log.warn({ err: error }, "Redis is not available");
    });
    client.on("ready", () => {
        log.info("Connected to Redis");
    });
    client.connect().catch((error: unknown) => {
        // Every failure is tried again, so this only happens when the client is closed before it ever connected.
        log.debug({ err: error }, "Gave up connecting to Redis");
    });
    return client;
}
