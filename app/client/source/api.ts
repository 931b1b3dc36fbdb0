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

/** What the list of jobs comes with. */
export interface JobList {
    readonly jobs: readonly Job[];
    readonly largestNumber: number;
}

/** The server refused a submission, or could not be reached; the message is for the person at the page. */
export class ApiError extends Error {
    override readonly name = "ApiError";
}

/** How long an answer may take, in milliseconds. */
const PATIENCE = 10_000;

/** Submits a number. */
export async function submit(number: unknown): Promise<Job> {
    return await call<Job>("/api/jobs", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ number }),
    });
}

/** The latest jobs, newest first. */
export async function latestJobs(): Promise<JobList> {
    return await call<JobList>("/api/jobs", {});
}

async function call<Answer>(path: string, request: RequestInit): Promise<Answer> {
    let response: Response;
    try {
        response = await fetch(path, { ...request, signal: AbortSignal.timeout(PATIENCE) });
    } catch {
        throw new ApiError("The server can't be reached at the moment.");
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok || answer === undefined) {
        throw new ApiError(
            reasonIn(answer) ?? `The server is not available at the moment (status ${response.status}).`,
        );
    }
    // Client and server come from one repository and are released together.
    return answer as Answer;
}

function reasonIn(answer: unknown): string | undefined {
    const reason =
        typeof answer === "object" && answer !== null && "message" in answer ? answer.message : undefined;
    return typeof reason === "string" ? reason : undefined;
}
