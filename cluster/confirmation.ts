import { createInterface } from "node:readline/promises";

/** Asks at the terminal whether the stack, and with it its data, is to be removed. No is the default. */
export async function askToRemove({ stack, cluster }: { stack: string; cluster: boolean }): Promise<boolean> {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
        const what = cluster ? `the stack ${stack} and the kind cluster` : `the stack ${stack}`;
        const answer = await lines.question(`Remove ${what}, with all data in it? (y/N) `);
        return /^y(es)?$/i.test(answer.trim());
    } finally {
        lines.close();
    }
}
