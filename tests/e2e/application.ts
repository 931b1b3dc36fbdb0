import * as v from "valibot";

import { eventually } from "./eventually.ts";
import { cluster } from "./options.ts";

/** Where a browser finds the application: the stack's output `url`. */
export const applicationUrl = `http://localhost:${cluster.port}/`;

const jobSchema = v.object({
    id: v.number(),
    number: v.number(),
    state: v.picklist(["queued", "computed", "failed"]),
    result: v.nullable(v.string()),
});

/** A number that was submitted, and its result. */
export type Job = v.InferOutput<typeof jobSchema>;

/** How long a request may take, in ms. */
const patience = 10_000;

async function request(path: string, options: RequestInit = {}): Promise<Response> {
    return await fetch(new URL(path, applicationUrl), { ...options, signal: AbortSignal.timeout(patience) });
}

/** Submits a number; undefined if the application doesn't accept it just now. */
export async function trySubmit(number: number): Promise<Job | undefined> {
    try {
        const response = await request("/api/jobs", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ number }),
        });
        return response.status === 202 ? v.parse(jobSchema, await response.json()) : undefined;
    } catch {
        return undefined;
    }
}

/** Reads a job. */
export async function readJob(id: number): Promise<Job> {
    const response = await request(`/api/jobs/${id}`);
    if (response.status !== 200) {
        throw new Error(`GET /api/jobs/${id} answered ${response.status}: ${await response.text()}`);
    }
    return v.parse(jobSchema, await response.json());
}

/** Waits until a job is computed. */
export async function computed(id: number): Promise<Job> {
    return await eventually(`the result of job ${id}`, 90, async () => {
        const job = await readJob(id);
        return job.state === "computed" ? job : undefined;
    });
}

/** Has the application compute a number: through the Ingress, the server, Redis, the worker and MySQL. */
export async function compute(number: number): Promise<Job> {
    const job = await eventually("the application to accept a number", 60, () => trySubmit(number));
    return await computed(job.id);
}
