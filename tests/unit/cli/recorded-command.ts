import { Interrupted } from "../../../cli/terminal/failure.ts";
import type { Interruption } from "../../../cli/terminal/interruption.ts";
import type { Command } from "../../../cli/terminal/run-command.ts";
import { stepsShownBy } from "../../../cli/terminal/steps.ts";

/** A command whose steps and reports are recorded instead of being shown. */
export interface RecordedCommand extends Command {
    /** The titles of the steps that began, the results of those that ended, and what was noted in between. */
    readonly events: string[];
    /** The lines that the steps reported. */
    readonly reports: string[];
    /** Adds an event, as a fake does that was called. */
    readonly note: (event: string) => void;
    /** Does as Ctrl-C does: once more insists. */
    readonly interrupt: () => void;
}

export function recordedCommand(): RecordedCommand {
    const events: string[] = [];
    const reports: string[] = [];
    const requested = new AbortController();
    const insisted = new AbortController();
    const interruption: Interruption = {
        requested: requested.signal,
        insisted: insisted.signal,
        exitCode: () => (requested.signal.aborted ? 130 : undefined),
        throwIfRequested: () => {
            if (requested.signal.aborted) {
                throw new Interrupted();
            }
        },
        stopListening: () => undefined,
    };
    const note = (event: string): void => {
        events.push(event);
    };
    const log = { file: "/logs/test.log", write: () => undefined };
    return {
        events,
        reports,
        note,
        interruption,
        log,
        interrupt: () => {
            (requested.signal.aborted ? insisted : requested).abort();
        },
        progress: stepsShownBy(
            (title, run) => {
                note(title);
                return run({
                    report: (line) => {
                        reports.push(line);
                    },
                    status: () => undefined,
                    confirm: () => Promise.resolve(true),
                    done: (text) => {
                        note(`${title}: ${text}`);
                    },
                });
            },
            { log, interruption, yes: true },
        ),
    };
}
