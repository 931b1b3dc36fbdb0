import { existsSync, readFileSync } from "node:fs";

/** Facts that container engines and Kubernetes take for granted, and that a Linux machine may lack. */
export interface MachineFacts {
    /** Control groups are mounted as version 1 (or both), which newer runtimes and kubelets refuse by default. */
    readonly cgroupV1: boolean;
    /** Processes may raise their resource limits (CAP_SYS_RESOURCE): not in a sandbox that dropped it. */
    readonly mayRaiseLimits: boolean;
}

// From linux/capability.h.
const CAP_SYS_RESOURCE = 24n;

/**
 * True if the capability bounding set in a `/proc/<pid>/status` text has CAP_SYS_RESOURCE, also where the text names
 * no such set.
 */
export function mayRaiseLimits(status: string): boolean {
    const set = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
    return set === undefined || ((BigInt(`0x${set}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

/**
 * The facts about this machine. Where containers don't run on the machine itself but in an engine's own virtual
 * machine (macOS, Windows), nothing is lacking.
 */
export function machineFacts(): MachineFacts {
    if (process.platform !== "linux") {
        return { cgroupV1: false, mayRaiseLimits: true };
    }
    return {
        cgroupV1: !existsSync("/sys/fs/cgroup/cgroup.controllers"),
        mayRaiseLimits: mayRaiseLimits(readFileSync("/proc/self/status", "utf8")),
    };
}
