import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { run, tryRun } from "./command.ts";
import { dataFolder } from "./folders.ts";
import { CommandFailure } from "./failure.ts";

/** Another process is making the cluster at this moment. */
export class CreationInProgress extends CommandFailure {
    override readonly name = "CreationInProgress";
}

const creation = v.object({
    /** The process that makes the cluster. */
    maker: v.number(),
    /** kind's process, which outlives a maker that is killed. */
    kind: v.nullable(v.number()),
});

function creationFile(name: string): string {
    return join(dataFolder, `creating-${name}.json`);
}

/** Notes that the cluster is being made, so that a run after a crash knows. */
export async function beginCreation(name: string, kind: number | undefined): Promise<void> {
    await mkdir(dataFolder, { recursive: true });
    await writeFile(creationFile(name), JSON.stringify({ maker: process.pid, kind: kind ?? null }));
}

/** Notes that the cluster is whole, or gone. */
export async function endCreation(name: string): Promise<void> {
    await rm(creationFile(name), { force: true });
}

/**
 * Whether the making of the cluster was begun and never ended. A kind that still works on it is ended first.
 *
 * @throws CreationInProgress when another process is at it.
 */
export async function interruptedCreation(name: string): Promise<boolean> {
    const text = await readFile(creationFile(name), "utf8").catch(() => undefined);
    if (text === undefined) {
        return false;
    }
    const { maker, kind } = v.parse(creation, JSON.parse(text));
    if (maker !== process.pid && (await commandLine(maker)).includes("node")) {
        throw new CreationInProgress(
            `Process ${maker} is making the cluster ${name} at this moment.`,
            `Wait until it has ended, then run this again. (If it is no such process: remove ${creationFile(name)}.)`,
        );
    }
    // A process number may have gone to a stranger since: only what is kind at this very work is ended.
    if (kind !== null && (await commandLine(kind)).includes(`create cluster --name ${name} `)) {
        await run("kill", ["-KILL", String(kind)]);
    }
    return true;
}

/** The command line of a process, or an empty text when there is no such process. */
async function commandLine(pid: number): Promise<string> {
    return (await tryRun("ps", ["-o", "args=", "-p", String(pid)])) ?? "";
}
