import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { tryRun } from "../process/run.ts";
import { dataFolder } from "../process/folders.ts";
import { CommandFailure } from "../terminal/failure.ts";

/** The process that makes a cluster; its number alone may have gone to another process since. */
const makerSchema = v.pipe(
    v.string(),
    v.parseJson(),
    // Where processes can't be listed, there is no command line.
    v.object({ pid: v.number(), commandLine: v.optional(v.string()) }),
);

function creationFile(name: string): string {
    return join(dataFolder, `creating-${name}.json`);
}

/** Notes that the cluster is being made, so that a run after a crash knows. */
export async function beginCreation(name: string): Promise<void> {
    const maker = { pid: process.pid, commandLine: await commandLine(process.pid) };
    await mkdir(dataFolder, { recursive: true });
    await writeFile(creationFile(name), JSON.stringify(maker));
}

/** Notes that the cluster is whole, or gone. */
export async function endCreation(name: string): Promise<void> {
    await rm(creationFile(name), { force: true });
}

/**
 * True if the creation of the cluster was begun and never ended.
 *
 * @throws CommandFailure when another process is at it.
 */
export async function interruptedCreation(name: string): Promise<boolean> {
    const text = await readFile(creationFile(name), "utf8").catch(() => undefined);
    if (text === undefined) {
        return false;
    }
    const maker = v.safeParse(makerSchema, text);
    // A file that can't be read is one that its maker did not finish.
    const { pid = process.pid, commandLine: noted } = maker.success ? maker.output : {};
    if (pid !== process.pid && noted !== undefined && (await commandLine(pid)) === noted) {
        throw new CommandFailure(
            `Process ${pid} is making the cluster ${name} at this moment.`,
            "Wait until it has ended, then run this again.",
        );
    }
    return true;
}

/** The command line of a process, or undefined when there is no such process. */
async function commandLine(pid: number): Promise<string | undefined> {
    return tryRun("ps", ["-o", "args=", "-p", String(pid)]);
}
