import * as v from "valibot";

/** The contents of a lock file of Pulumi's file backend. */
export const lockSchema = v.looseObject({
    pid: v.number(),
    username: v.string(),
    hostname: v.string(),
    timestamp: v.string(),
});

/** The content of a lock file of Pulumi's file backend. */
export type Lock = v.InferOutput<typeof lockSchema>;

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
