import type { Report } from "./steps.ts";

/** How long something may be prepared for without a word, in ms: it is when all is there. */
const silence = 4_000;

/** Reports only if it takes long, and then from the beginning. */
export function reportIfLate(report: Report): { readonly report: Report; readonly end: () => void } {
    const lines: string[] = [];
    let say = (line: string): void => {
        lines.push(line);
    };
    const timer = setTimeout(() => {
        lines.forEach(report);
        say = report;
    }, silence);
    return {
        report: (line) => {
            say(line);
        },
        end: () => {
            clearTimeout(timer);
        },
    };
}
