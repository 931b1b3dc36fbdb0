import { setTimeout as sleep } from "node:timers/promises";

import { applicationUrl } from "./application.ts";

/** Number of people who look at the application at once, their pause in between (ms), and the most requests. */
const visitors = 2;
const pause = 40;
const mostRequests = 10_000;

/** The results of the requests. */
export interface Traffic {
    readonly requests: number;
    /** The mistake in each that failed. */
    readonly failures: readonly string[];
}

/** Requests a page again and again while something else goes on; each answer but 200 is a failure. */
export async function trafficDuring(path: string, work: () => Promise<unknown>): Promise<Traffic> {
    const failures: string[] = [];
    let requests = 0;
    let over = false;
    const visit = async (): Promise<void> => {
        while (!over && requests < mostRequests) {
            requests += 1;
            try {
                const response = await fetch(new URL(path, applicationUrl), {
                    signal: AbortSignal.timeout(10_000),
                });
                await response.text();
                if (response.status !== 200) {
                    failures.push(`${response.status}`);
                }
            } catch (error) {
                failures.push(
                    error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error),
                );
            }
            await sleep(pause);
        }
    };
    const all = Array.from({ length: visitors }, visit);
    try {
        await work();
    } finally {
        over = true;
        await Promise.all(all);
    }
    return { requests, failures };
}
