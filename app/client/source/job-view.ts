import type { Job } from "./api.ts";

/** A result of more digits than this is shown shortened. */
const LONGEST_SHOWN = 60;

/** One line of the list, which is told when its job has changed. */
export interface JobView {
    readonly element: HTMLElement;
    update(job: Job): void;
}

/** Makes the list's line of a job. */
export function createJobView(job: Job): JobView {
    const element = document.createElement("li");
    let shown: Job["state"] | undefined;

    const update = (current: Job) => {
        if (current.state === shown) {
            return;
        }
        shown = current.state;
        element.className = `job ${current.state}`;
        element.dataset["job"] = String(current.id);
        element.dataset["state"] = current.state;
        element.replaceChildren(name(current), outcome(current), footer(current));
    };

    update(job);
    return { element, update };
}

function name(job: Job): HTMLElement {
    const element = text("span", "name", "F");
    element.append(text("sub", "", grouped(String(job.number))));
    return element;
}

function outcome(job: Job): HTMLElement {
    if (job.state === "failed") {
        return text("span", "reason", job.reason ?? "The worker gave no reason.");
    }
    if (job.result === null) {
        return text("span", "waiting", "waiting for a worker");
    }
    if (job.result.length <= LONGEST_SHOWN) {
        return text("output", "result", grouped(job.result));
    }
    const details = document.createElement("details");
    const start = job.result.slice(0, 24);
    const end = job.result.slice(-24);
    details.append(text("summary", "result", `${start}…${end}`), text("output", "result whole", job.result));
    return details;
}

function footer(job: Job): HTMLElement {
    const element = text("span", "footer", "");
    element.append(text("span", "state", job.state));
    if (job.result !== null && job.result.length > 1) {
        element.append(text("span", "digits", `${job.result.length.toLocaleString("en")} digits`));
    }
    if (job.finishedAt !== null) {
        const milliseconds = Math.max(0, Date.parse(job.finishedAt) - Date.parse(job.createdAt));
        element.append(text("span", "duration", `in ${readable(milliseconds)}`));
    }
    const time = document.createElement("time");
    time.dateTime = job.createdAt;
    time.textContent = new Date(job.createdAt).toLocaleTimeString();
    element.append(time);
    return element;
}

function text(tag: string, className: string, content: string): HTMLElement {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = content;
    return element;
}

/** Digits in groups of three, with thin spaces that are not part of a line break. */
function grouped(digits: string): string {
    return digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

function readable(milliseconds: number): string {
    return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
