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
 * Answers questions of a command without steps: asks at the terminal, on standard error since standard output is for
 * the result; without a terminal, says that the answer is yes.
 */
export function confirmOnStandardError(signal?: AbortSignal): (question: string) => Promise<boolean> {
    return async (question) => {
        if (atTerminal()) {
            return await askYesNo(question, "yes", process.stderr, signal);
        }
        process.stderr.write(`${question} Yes (there is no terminal to ask at).\n`);
        return true;
    };
}
