import { ApiError, latestJobs, submit, type Job, type JobList } from "./api.ts";
import { createJobView, type JobView } from "./job-view.ts";

/** Interval between requests for the list, in milliseconds: while something is queued, and else. */
const WHILE_WAITING = 400;
const WHILE_IDLE = 5000;

/** Number of lines that the page keeps. */
const MOST_SHOWN = 50;

const form = part("submission", HTMLFormElement);
const input = part("number", HTMLInputElement);
const hint = part("hint", HTMLElement);
const problem = part("problem", HTMLElement);
const connection = part("connection", HTMLElement);
const announcement = part("announcement", HTMLElement);
const empty = part("empty", HTMLElement);
const list = part("jobs", HTMLElement);

const views = new Map<number, { job: Job; view: JobView }>();
let timer: number | undefined;

form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
});
input.addEventListener("input", () => {
    showProblem("");
});
document.addEventListener("visibilitychange", () => {
    schedule(0);
});
schedule(0);

async function send(): Promise<void> {
    const typed = input.value.trim();
    if (typed === "") {
        showProblem("Please type a number.");
        input.focus();
        return;
    }
    try {
        // What is no number goes to the server as it was typed: one place knows the rules and their words.
        const job = await submit(/^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed);
        show(job);
        form.reset();
        showProblem("");
        schedule(WHILE_WAITING);
    } catch (error) {
        showProblem(messageOf(error));
    }
    input.focus();
}

function schedule(milliseconds: number): void {
    window.clearTimeout(timer);
    if (!document.hidden) {
        timer = window.setTimeout(() => void refresh(), milliseconds);
    }
}

async function refresh(): Promise<void> {
    try {
        render(await latestJobs());
        connection.hidden = true;
    } catch (error) {
        connection.textContent = `${messageOf(error)} Trying again…`;
        connection.hidden = false;
    }
    const waiting = [...views.values()].some(({ job }) => job.state === "queued");
    schedule(waiting && connection.hidden ? WHILE_WAITING : WHILE_IDLE / (connection.hidden ? 1 : 2));
}

function render({ jobs, largestNumber }: JobList): void {
    hint.textContent = `A whole number from 0 to ${largestNumber.toLocaleString("en")}.`;
    for (const job of jobs.toReversed()) {
        show(job);
    }
    for (const id of [...views.keys()].sort((a, b) => b - a).slice(MOST_SHOWN)) {
        views.get(id)?.view.element.remove();
        views.delete(id);
    }
    empty.hidden = views.size > 0;
}

function show(job: Job): void {
    const known = views.get(job.id);
    if (known === undefined) {
        const view = createJobView(job);
        views.set(job.id, { job, view });
        // An answer can overtake another, so the place is found by the id.
        const successor = [...views.keys()].filter((id) => id < job.id).sort((a, b) => b - a)[0];
        list.insertBefore(
            view.element,
            successor === undefined ? null : (views.get(successor)?.view.element ?? null),
        );
        empty.hidden = true;
    } else if (known.job.state === "queued") {
        if (job.state !== "queued") {
            announcement.textContent = `The Fibonacci number of ${job.number} is ${job.state}.`;
        }
        known.view.update(job);
        known.job = job;
    }
}

function showProblem(message: string): void {
    problem.textContent = message;
    input.setAttribute("aria-invalid", String(message !== ""));
}

function messageOf(error: unknown): string {
    return error instanceof ApiError ? error.message : "Something went wrong on this page.";
}

function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
    const element = document.getElementById(id);
    if (!(element instanceof kind)) {
        throw new Error(`The page has no ${kind.name} with the id ${id}`);
    }
    return element;
}
