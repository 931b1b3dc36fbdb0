import { createInterface } from "node:readline/promises";
import type { Writable } from "node:stream";

/** A person sits at a terminal: sees what is overwritten, and can answer. */
export function atTerminal(): boolean {
    return process.stdout.isTTY && process.stdin.isTTY;
}

/** Asks at the terminal whether the stack, and with it its data, is to be removed. No is the default. */
export async function askToRemove({ stack, cluster }: { stack: string; cluster: boolean }): Promise<boolean> {
    const what = cluster ? `the stack ${stack} and the kind cluster` : `the stack ${stack}`;
    return await askYesNo(`Remove ${what}, with all data in it?`, "no", process.stdout);
}

/**
 * Asks a yes-or-no question.
 *
 * @param otherwise the answer that an empty line stands for
 */
export async function askYesNo(
    question: string,
    otherwise: "yes" | "no",
    output: NodeJS.WritableStream | Writable,
    signal?: AbortSignal,
): Promise<boolean> {
    const lines = createInterface({ input: process.stdin, output, terminal: false });
    try {
        const choice = otherwise === "yes" ? "(Y/n)" : "(y/N)";
        const options = signal === undefined ? {} : { signal };
        const typed = (await lines.question(`${question} ${choice} `, options)).trim();
        return /^y(es)?$/i.test(typed === "" ? otherwise : typed);
    } finally {
        lines.close();
    }
}

/**
 * The answer to a question that nobody is asked, undefined if a person is to be asked.
 *
 * @param otherwise the answer of nobody there
 * @param yes whether the person has said yes to everything
 * @param terminal whether a person could answer
 */
export function answerUnasked(
    otherwise: "yes" | "no",
    yes: boolean,
    terminal: boolean,
): { readonly answer: boolean; readonly text: string } | undefined {
    if (terminal && !yes) {
        return undefined;
    }
    const reason = yes ? "--yes" : "there is no terminal to ask at";
    return otherwise === "yes"
        ? { answer: true, text: `Yes (${reason}).` }
        : { answer: false, text: `No (${yes ? "--yes doesn't answer this" : reason}).` };
}

/**
 * Answers questions of a command without steps: asks at the terminal, on standard error since standard output is for
 * the result; without a terminal, says what the answer is.
 */
export function confirmOnStandardError(
    signal?: AbortSignal,
): (question: string, otherwise?: "yes" | "no") => Promise<boolean> {
    return async (question, otherwise = "yes") => {
        const given = answerUnasked(otherwise, false, atTerminal());
        if (given === undefined) {
            return await askYesNo(question, otherwise, process.stderr, signal);
        }
        process.stderr.write(`${question} ${given.text}\n`);
        return given.answer;
    };
}
