/** A job as the server tells it; app/README.md describes the fields. */
export interface Job {
    readonly id: number;
    readonly number: number;
    readonly state: "queued" | "computed" | "failed";
    readonly result: string | null;
    readonly reason: string | null;
    readonly createdAt: string;
    readonly finishedAt: string | null;
}

/** The answer with the list of jobs. */
export interface JobList {
    readonly jobs: readonly Job[];
    readonly largestNumber: number;
}

/** The server refused a submission, or could not be reached; the message is for the person at the page. */
export class ApiError extends Error {
    override readonly name = "ApiError";
}

/** Limit for an answer, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Submits a number.
 *
 * @param number what the person typed; the server judges it
 * @throws ApiError
 */
export async function submit(number: unknown): Promise<Job> {
    return await call("/api/jobs", isJob, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ number }),
    });
}

/**
 * The latest jobs, newest first.
 *
 * @throws ApiError
 */
export async function latestJobs(): Promise<JobList> {
    return await call("/api/jobs", isJobList);
}

async function call<Answer>(
    path: string,
    isExpected: (answer: unknown) => answer is Answer,
    request: RequestInit = {},
): Promise<Answer> {
    let response: Response;
    try {
        response = await fetch(path, { ...request, signal: AbortSignal.timeout(PATIENCE) });
    } catch {
        throw new ApiError("The server can't be reached at the moment.");
    }
    // A proxy's own error page is not JSON; its status says enough.
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && isExpected(answer)) {
        return answer;
    }
    throw new ApiError(
        reasonIn(answer) ?? `The server is not available at the moment (status ${response.status}).`,
    );
}

function isJobList(value: unknown): value is JobList {
    return (
        isObject(value) &&
        typeof value["largestNumber"] === "number" &&
        Array.isArray(value["jobs"]) &&
        value["jobs"].every(isJob)
    );
}

function isJob(value: unknown): value is Job {
    return (
        isObject(value) &&
        typeof value["id"] === "number" &&
        typeof value["number"] === "number" &&
        (value["state"] === "queued" || value["state"] === "computed" || value["state"] === "failed") &&
        isTextOrNull(value["result"]) &&
        isTextOrNull(value["reason"]) &&
        typeof value["createdAt"] === "string" &&
        isTextOrNull(value["finishedAt"])
    );
}

function reasonIn(answer: unknown): string | undefined {
    return isObject(answer) && typeof answer["message"] === "string" ? answer["message"] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null;
}

function isTextOrNull(value: unknown): value is string | null {
    return typeof value === "string" || value === null;
}
