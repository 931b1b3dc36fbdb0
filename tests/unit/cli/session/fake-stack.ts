import { readState } from "../../../../cli/session/state-file.ts";
import type { OpenedStack } from "../../../../cli/session/open-stack.ts";
import type { RecordedCommand } from "../recorded-command.ts";

const summary = {
    kind: "update",
    startTime: new Date(0),
    endTime: new Date(0),
    version: 1,
    message: "",
    environment: {},
    config: {},
    result: "succeeded",
} as const;

/** A stack whose operations are noted, and end well unless `changes` says otherwise. */
export function fakeStack({ note }: RecordedCommand, changes: Partial<OpenedStack> = {}): OpenedStack {
    return {
        name: "dev",
        up: () => {
            note("update");
            const outputs = {
                url: { value: "http://localhost:8080/", secret: false },
                password: { value: "not to be seen", secret: true },
            };
            return Promise.resolve({ stdout: "", stderr: "", summary, outputs });
        },
        destroy: () => {
            note("destroy");
            return Promise.resolve({ stdout: "", stderr: "", summary });
        },
        found: readState({}),
        exportStack: () => Promise.resolve({ version: 3, deployment: {} }),
        importStack: () => Promise.resolve(),
        remove: () => {
            note("remove the state");
            return Promise.resolve();
        },
        workspace: {
            listStacks: () => Promise.resolve([]),
        },
        ...changes,
    };
}
