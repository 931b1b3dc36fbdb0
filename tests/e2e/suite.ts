import type { Workspace } from "./workspace.ts";

let current: Workspace | undefined;
let deployed = false;

/** Has the tests work there. */
export function use(workspace: Workspace): void {
    current = workspace;
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
