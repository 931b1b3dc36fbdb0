import { execa } from "execa";
import { stripVTControlCharacters } from "node:util";

/** Limit for a whole dialogue, in ms. */
const patience = 300_000;

/** The text that is typed once the output ends like this. */
export interface Typed {
    readonly after: RegExp;
    readonly text: string;
}

/**
 * Runs a command in a shell at a terminal of its own and types into it, as a person would.
 *
 * @returns everything that the terminal showed
 * @throws Error if it doesn't end well, or not in time, with what it showed
 */
export async function typeInto(
    command: string,
    typed: readonly Typed[],
    environment: Readonly<Record<string, string>>,
): Promise<string> {
    // `script` gives the command a terminal, and passes on what comes to it through a pipe.
    const terminal = execa(
        "script",
        ["--quiet", "--return", "--command", `bash -c "$LAB_COMMAND"`, "/dev/null"],
        {
            env: { ...environment, LAB_COMMAND: command, TERM: "dumb" },
            extendEnv: false,
            timeout: patience,
            all: true,
            reject: false,
        },
    );
    const ahead = [...typed];
    let shown = "";
    terminal.all.on("data", (data: Buffer) => {
        shown += stripVTControlCharacters(data.toString()).replaceAll("\r", "");
        const [next] = ahead;
        if (next?.after.test(shown) === true) {
            ahead.shift();
            terminal.stdin.write(next.text);
        }
    });
    const { exitCode } = await terminal;
    if (exitCode !== 0 || ahead.length > 0) {
        throw new Error(
            `${command} ended with ${String(exitCode)}, and ${ahead.length} answers untyped:\n${shown}`,
        );
    }
    return shown;
}
