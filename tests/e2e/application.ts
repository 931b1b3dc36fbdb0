import { request as httpRequest } from "node:http";
import * as v from "valibot";

import { eventually } from "./eventually.ts";
import { cluster } from "./options.ts";

/** Where a browser finds the application of the stack `dev`: its output `url`. */
export const applicationUrl = `http://localhost:${cluster.port}/`;

const jobSchema = v.object({
    id: v.number(),
    number: v.number(),
    state: v.picklist(["queued", "computed", "failed"]),
    result: v.nullable(v.string()),
});

/** A number that was submitted, and its result. */
export type Job = v.InferOutput<typeof jobSchema>;

/** Limit for a request, in ms. */
const patience = 10_000;

interface Answer {
    readonly status: number;
    readonly body: string;
}

/** Sends a request as a browser does, for which every name under localhost is this machine. */
async function request(url: URL, json?: unknown): Promise<Answer> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    return await new Promise((resolve, reject) => {
        const sent = httpRequest(
            url,
            {
                hostname: "127.0.0.1",
                method: body === undefined ? "GET" : "POST",
                headers: { host: url.host, "content-type": "application/json" },
                agent: false,
                signal: AbortSignal.timeout(patience),
            },
            (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part));
                response.on("error", reject);
                response.on("end", () => {
                    resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() });
                });
            },
        );
        sent.on("error", reject);
        sent.end(body);
    });
}

/** Submits a number; undefined if the application doesn't accept it just now. */
export async function trySubmit(number: number, site: string = applicationUrl): Promise<Job | undefined> {
    try {
        const { status, body } = await request(new URL("/api/jobs", site), { number });
        return status === 202 ? v.parse(jobSchema, JSON.parse(body)) : undefined;
    } catch {
        return undefined;
    }
}

/** Reads a job. */
export async function readJob(id: number, site: string = applicationUrl): Promise<Job> {
    const { status, body } = await request(new URL(`/api/jobs/${id}`, site));
    if (status !== 200) {
        throw new Error(`GET /api/jobs/${id} answered ${status}: ${body}`);
    }
    return v.parse(jobSchema, JSON.parse(body));
}

/** Waits until a job is computed. */
export async function computed(id: number, site: string = applicationUrl): Promise<Job> {
    return await eventually(`the result of job ${id}`, 90, async () => {
        const job = await readJob(id, site);
        return job.state === "computed" ? job : undefined;
    });
}

/**
 * Has the application compute a number: through the Ingress, the server, Redis, the worker and MySQL.
 *
 * @param site the `url` of its stack. Default: that of the stack `dev`
 */
export async function compute(number: number, site: string = applicationUrl): Promise<Job> {
    const job = await eventually(`${site} to accept a number`, 60, () => trySubmit(number, site));
    return await computed(job.id, site);
}
