import type { Interruption } from "./interruption.ts";
import type { Log } from "./log-file.ts";
import type { Progress } from "./steps.ts";

/** What every command has at hand while it runs. */
export interface Command {
    readonly progress: Progress;
    readonly interruption: Interruption;
    readonly log: Log;
}
