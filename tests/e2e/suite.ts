import type { PartTimes } from "./part-times.ts";
import type { Workspace } from "./workspace.ts";

let current: Workspace | undefined;
let times: PartTimes | undefined;
let deployed = false;

/** Has the tests work there, and be measured. */
export function use(workspace: Workspace, partTimes: PartTimes): void {
    current = workspace;
    times = partTimes;
}

/** The times of the parts, which are loaded with it. */
export function partTimes(): PartTimes {
    if (times === undefined) {
        throw new Error("The suite is started with npm run test:e2e.");
    }
    return times;
}

/** Where the tests work. */
export function workspace(): Workspace {
    if (current === undefined) {
        throw new Error("The suite is started with npm run test:e2e.");
    }
    return current;
}

/** Notes that the first `up` has succeeded. */
export function noteDeployed(): void {
    deployed = true;
}

/** Spares the tests that need the application their long waits when there is none. */
export function requireApplication(): void {
    if (!deployed) {
        throw new Error("Not tried: the first up of the suite has failed.");
    }
}
