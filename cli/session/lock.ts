import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";

import { lockFolder } from "./backend.ts";
import { tryRun } from "../process/run.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { StackRef } from "./project.ts";
import type { ReportProgress } from "../terminal/steps.ts";

/** The contents of a lock file of Pulumi's file backend. */
const lockSchema = v.looseObject({
    pid: v.number(),
    username: v.string(),
    hostname: v.string(),
    timestamp: v.string(),
});

type Lock = v.InferOutput<typeof lockSchema>;

/**
 * Decides about a lock: a dead process' lock is removed, a living one's is waited for, and one of another
 * machine is nothing that can be judged from here.
 *
 * @param processName the name of the process that has the lock's PID now, undefined if there is none
 */
export function judgeLock(
    lock: Lock,
    thisHost: string,
    processName: string | undefined,
): "remove" | "wait" | "refuse" {
    if (lock.hostname !== thisHost) {
        return "refuse";
    }
    // A PID is used again: only a process of that name can be the one that locked.
    return processName?.startsWith("pulumi") === true ? "wait" : "remove";
}

/**
 * Deals with the locks that earlier commands left on a stack in the managed backend.
 *
 * @throws CommandFailure if a process on another machine holds one
 * @throws Interrupted if the person doesn't want to wait for a living one
 */
export async function clearLocks(
    { project, shortName }: StackRef,
    report: ReportProgress,
    interruption: Interruption,
): Promise<void> {
    const folder = lockFolder(project.name, shortName);
    let told = false;
    for (;;) {
        const files = existsSync(folder)
            ? (await readdir(folder)).filter((name) => name.endsWith(".json"))
            : [];
        let waiting = false;
        for (const file of files.map((name) => join(folder, name))) {
            const lock = await readLock(file);
            if (lock === undefined) {
                continue;
            }
            const verdict = judgeLock(lock, hostname(), await processName(lock.pid));
            if (verdict === "refuse") {
                throw new CommandFailure(
                    `The stack is locked by ${lock.username}@${lock.hostname} (process ${lock.pid}) since ${lock.timestamp}.`,
                    `Wait until that one ends. If it is dead for certain: npm run pulumi -- cancel --stack ${shortName}`,
                );
            }
            if (verdict === "remove") {
                await rm(file, { force: true });
                // What the file backend keeps beside each of its files.
                await rm(`${file}.attrs`, { force: true });
                report(`removed the lock of process ${lock.pid}, which is dead (from ${lock.timestamp})`);
                continue;
            }
            waiting = true;
            if (!told) {
                told = true;
                report(
                    `another Pulumi (process ${lock.pid}) works on this stack since ${lock.timestamp}: waiting`,
                );
            }
        }
        if (!waiting) {
            return;
        }
        interruption.throwIfRequested();
        await sleep(1000);
    }
}

/** A lock that vanished meanwhile, or is being written, is no lock: undefined. */
async function readLock(file: string): Promise<Lock | undefined> {
    try {
        return v.parse(lockSchema, JSON.parse(await readFile(file, "utf8")));
    } catch {
        return undefined;
    }
}

/** The name of a process' program, undefined if there is no such process. */
async function processName(pid: number): Promise<string | undefined> {
    if (existsSync("/proc/self/comm")) {
        const file = `/proc/${pid}/comm`;
        return existsSync(file) ? (await readFile(file, "utf8")).trim() : undefined;
    }
    const name = (await tryRun("ps", ["-p", String(pid), "-o", "comm="]))?.trim().split("/").at(-1);
    return name === "" ? undefined : name;
}
