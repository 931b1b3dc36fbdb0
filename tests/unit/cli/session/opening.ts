import { openSession, type PreparedStack } from "../../../../cli/session/session.ts";
import type { RecordedCommand } from "../recorded-command.ts";
import { fakeSupply } from "../supply/fake-supply.ts";
import { resolvedStack } from "./resolved-stack.ts";

/** Opens a session without looking at the machine: its settings are given, its tools are there. */
export function openingOf(
    { note }: RecordedCommand,
    resolved: Partial<PreparedStack> = {},
): typeof openSession {
    return (ref, options, needs, command) =>
        openSession(ref, options, needs, command, {
            resolve: () => Promise.resolve(resolvedStack(resolved)),
            supply: () => fakeSupply(),
            prepareFiles: () => Promise.resolve(),
            lock: () => {
                note("lock");
                return Promise.resolve();
            },
        });
}
