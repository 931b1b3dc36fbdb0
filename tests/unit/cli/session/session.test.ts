import { expect } from "chai";

import { application, stackRef } from "../../../../cli/session/project.ts";
import {
    nothing,
    openSession,
    type SessionNeeds,
    type SessionParts,
} from "../../../../cli/session/session.ts";
import { CommandFailure, Interrupted, StepFailure } from "../../../../cli/terminal/failure.ts";
import { recordedCommand, type RecordedCommand } from "../recorded-command.ts";
import { fakeSupply } from "../supply/fake-supply.ts";
import { resolvedStack } from "./resolved-stack.ts";

const ref = stackRef(application, "dev");

function fakes({ note }: RecordedCommand, changes: Partial<SessionParts> = {}): SessionParts {
    const noting = (event: string) => () => {
        note(event);
        return Promise.resolve();
    };
    return {
        resolve: () => Promise.resolve(resolvedStack()),
        supply: () =>
            fakeSupply({
                tool: (name) => {
                    note(`tool ${name}`);
                    return Promise.resolve(`/tools/${name}`);
                },
                providers: noting("providers"),
            }),
        prepareFiles: noting("files"),
        lock: noting("lock"),
        ...changes,
    };
}

function everything({ note }: RecordedCommand): SessionNeeds<string, string> {
    return {
        providers: true,
        cluster: ({ pulumi }) => {
            note(`cluster for ${pulumi}`);
            return Promise.resolve("the cluster");
        },
        lock: true,
        state: (_, cluster) => {
            note(`state with ${cluster}`);
            return Promise.resolve("the state");
        },
    };
}

const least: SessionNeeds<undefined, undefined> = {
    providers: false,
    cluster: nothing,
    lock: false,
    state: nothing,
};

describe("a session", () => {
    it("goes through settings, tools, cluster, lock and state, in that order", async () => {
        const command = recordedCommand();
        const session = await openSession(
            ref,
            { offline: false },
            everything(command),
            command,
            fakes(command),
        );
        expect(command.events).to.deep.equal([
            "Settings",
            "Settings: stack dev; state in /data/state",
            "Tools",
            "tool pulumi",
            "providers",
            "Tools: Pulumi",
            "cluster for /tools/pulumi",
            "State",
            "files",
            "lock",
            "state with the cluster",
        ]);
        expect(session).to.include({ cluster: "the cluster", state: "the state", pulumi: "/tools/pulumi" });
    });

    it("leaves out what the command does not need", async () => {
        const command = recordedCommand();
        await openSession(ref, { offline: false }, least, command, fakes(command));
        expect(command.events).to.not.include.members(["providers"]);
        expect(command.events).to.not.include.members(["lock"]);
    });

    it("takes no lock of its own in a backend of the user's, which has its own", async () => {
        const command = recordedCommand();
        const backend = { managed: false, description: "s3://state", environment: {} };
        const resolve: SessionParts["resolve"] = () => Promise.resolve(resolvedStack({ backend }));
        await openSession(ref, { offline: false }, everything(command), command, fakes(command, { resolve }));
        expect(command.events).to.not.include("lock");
        expect(command.events).to.include("state with the cluster");
    });

    it("begins nothing after a step that fails, and names the step", async () => {
        const command = recordedCommand();
        const supply: SessionParts["supply"] = () =>
            fakeSupply({ providers: () => Promise.reject(new CommandFailure("The provider is missing.")) });
        const opened = openSession(
            ref,
            { offline: false },
            everything(command),
            command,
            fakes(command, { supply }),
        );
        const failure: unknown = await opened.catch((error: unknown) => error);
        expect(failure).to.be.instanceOf(StepFailure).and.to.include({ step: "Tools" });
        expect(command.events).to.not.include("State");
        expect(command.events.filter((event) => event.startsWith("cluster"))).to.deep.equal([]);
    });

    it("opens no state once it was interrupted while the cluster was made", async () => {
        const command = recordedCommand();
        const needs = {
            ...everything(command),
            cluster: () => {
                command.interrupt();
                return Promise.resolve("the cluster");
            },
        };
        const opened = openSession(ref, { offline: false }, needs, command, fakes(command));
        expect(await opened.catch((error: unknown) => error)).to.be.instanceOf(Interrupted);
        expect(command.events).to.not.include("lock");
    });

    it("can be opened once more after it failed", async () => {
        const command = recordedCommand();
        let tries = 0;
        const lock: SessionParts["lock"] = () => {
            tries += 1;
            return tries === 1 ? Promise.reject(new CommandFailure("Locked.")) : Promise.resolve();
        };
        const open = (): Promise<unknown> =>
            openSession(ref, { offline: false }, everything(command), command, fakes(command, { lock }));
        expect(await open().catch((error: unknown) => error)).to.be.instanceOf(StepFailure);
        expect(await open()).to.include({ state: "the state" });
    });

    for (const [existing, message] of [
        ["cluster", /There is no cluster yet for the stack dev/],
        ["stack", /Nothing of the stack nobody-has-this is deployed/],
    ] as const) {
        it(`says that there is no ${existing} before it gets any tool`, async () => {
            const command = recordedCommand();
            const missing = {
                ...resolvedStack(),
                ref: stackRef(application, existing === "stack" ? "nobody-has-this" : "dev"),
            };
            const resolve: SessionParts["resolve"] = () => Promise.resolve(missing);
            const opened = openSession(
                missing.ref,
                { offline: false },
                { ...least, existing },
                command,
                fakes(command, { resolve }),
            );
            const failure: unknown = await opened.catch((error: unknown) => error);
            expect(failure).to.be.instanceOf(StepFailure);
            expect(failure).to.have.property("cause").that.matches(message);
            expect(command.events).to.not.include("tool pulumi");
        });
    }
});
