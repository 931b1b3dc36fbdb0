import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { run, tryRun } from "../process/run.ts";
import { dataFolder } from "../process/folders.ts";
import { CommandFailure } from "../terminal/failure.ts";

/** Another process is making the cluster at this moment. */
export class CreationInProgress extends CommandFailure {
    override readonly name = "CreationInProgress";
}

const processRecord = v.object({
    pid: v.number(),
    /** Its command line: the number alone may have gone to another process since. */
    commandLine: v.string(),
});

const creation = v.object({
    /** The process that makes the cluster; null where processes can't be listed. */
    maker: v.nullable(processRecord),
    /** kind's process, which outlives a maker that is killed; null, too, if it ended before it could be noted. */
    kind: v.nullable(processRecord),
});

function creationFile(name: string): string {
    return join(dataFolder, `creating-${name}.json`);
}

/** Notes that the cluster is being made, so that a run after a crash knows. */
export async function beginCreation(name: string, kind: number | undefined): Promise<void> {
    const processes: v.InferOutput<typeof creation> = {
        maker: await record(process.pid),
        kind: kind === undefined ? null : await record(kind),
    };
    await mkdir(dataFolder, { recursive: true });
    await writeFile(creationFile(name), JSON.stringify(processes));
}

async function record(pid: number): Promise<v.InferOutput<typeof processRecord> | null> {
    const line = await commandLine(pid);
    return line === undefined ? null : { pid, commandLine: line };
}

/** Notes that the cluster is whole, or gone. */
export async function endCreation(name: string): Promise<void> {
    await rm(creationFile(name), { force: true });
}

/**
 * True if the creation of the cluster was begun and never ended. A kind that still works on it is ended first.
 *
 * @throws CreationInProgress when another process is at it.
 */
export async function interruptedCreation(name: string): Promise<boolean> {
    const text = await readFile(creationFile(name), "utf8").catch(() => undefined);
    if (text === undefined) {
        return false;
    }
    const { maker, kind } = v.parse(creation, JSON.parse(text));
    if (maker !== null && maker.pid !== process.pid && (await isAlive(maker))) {
        throw new CreationInProgress(
            `Process ${maker.pid} is making the cluster ${name} at this moment.`,
            "Wait until it has ended, then run this again.",
        );
    }
    if (kind !== null && (await isAlive(kind))) {
        await run("kill", ["-KILL", String(kind.pid)]);
    }
    return true;
}

async function isAlive(noted: v.InferOutput<typeof processRecord>): Promise<boolean> {
    return (await commandLine(noted.pid)) === noted.commandLine;
}

/** The command line of a process, or undefined when there is no such process. */
async function commandLine(pid: number): Promise<string | undefined> {
    return tryRun("ps", ["-o", "args=", "-p", String(pid)]);
}
