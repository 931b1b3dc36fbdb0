import { accessSync, appendFileSync, constants, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { logFolder } from "../process/folders.ts";
import { CommandFailure, messageOf } from "./failure.ts";

/** Number of logs that are kept of one command; older ones are removed when a new one begins. */
const kept = 20;

/** The full log of one run of a command. */
export interface Log {
    readonly file: string;
    /** Adds lines, each with the time; without colours. Never pass it the environment or a secret. */
    readonly write: (text: string) => void;
}

/**
 * Begins a log file for a command in the project's log folder.
 *
 * @throws CommandFailure if that is not writable
 */
export function openLog(command: string): Log {
    try {
        mkdirSync(logFolder, { recursive: true, mode: 0o700 });
        accessSync(logFolder, constants.W_OK);
    } catch (error) {
        throw new CommandFailure(
            `The log of the command can't be written to ${logFolder}: ${messageOf(error)}`,
            "Make that folder writable, or set XDG_STATE_HOME to another one.",
            { cause: error },
        );
    }
    const earlier = readdirSync(logFolder)
        .filter((name) => name.startsWith(`${command}-`) && name.endsWith(".log"))
        .sort();
    for (const name of earlier.slice(0, Math.max(0, earlier.length - kept + 1))) {
        rmSync(join(logFolder, name), { force: true });
    }
    const started = new Date().toISOString().replaceAll(":", "").replace(".", "-");
    const file = join(logFolder, `${command}-${started}.log`);
    // Written at once, line by line: what was logged before a hard kill is what one wants to read.
    const write = (text: string): void => {
        const time = new Date().toISOString();
        const lines = stripVTControlCharacters(text).trimEnd().split("\n");
        appendFileSync(file, lines.map((line) => `${time} ${line}\n`).join(""), { mode: 0o600 });
    };
    write(`npm run ${command}, Node ${process.version}, ${process.platform} ${process.arch}`);
    return { file, write };
}
