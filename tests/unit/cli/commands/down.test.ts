import { expect } from "chai";

import { down, removeStack, type DownParts } from "../../../../cli/commands/down.ts";
import { application, stackRef } from "../../../../cli/session/project.ts";
import { CommandFailure, Interrupted, StepFailure } from "../../../../cli/terminal/failure.ts";
import { readState, type StackState } from "../../../../cli/session/state-file.ts";
import { recordedCommand, type RecordedCommand } from "../recorded-command.ts";
import { fakeStack } from "../session/fake-stack.ts";
import { silentCluster } from "../session/live-cluster.ts";
import { openingOf } from "../session/opening.ts";

const ref = stackRef(application, "dev");
const options = { offline: false, cluster: false };
const claim = {
    kind: "PersistentVolumeClaim",
    namespace: "shop",
    name: "mysql-data",
    urn: "urn:claim",
    uid: undefined,
    protect: true,
};

/** A state of so many resources, none of them an object unless `objects` says otherwise. */
function stateOf(resources: number, objects: StackState["objects"] = []): StackState {
    return { ...readState({}), resources, objects };
}

/** @param before how many resources the state has at first; after `destroy` it has none, unless told otherwise */
function fakes(command: RecordedCommand, before: number, changes: Partial<DownParts> = {}): DownParts {
    const { note, events } = command;
    return {
        openSession: openingOf(command),
        findCluster: () => Promise.resolve(silentCluster()),
        openStack: () => Promise.resolve(fakeStack(command, { found: stateOf(before) })),
        exportState: () => Promise.resolve(stateOf(events.includes("destroy") ? 0 : before)),
        refuseIfBusy: () => Promise.resolve(),
        reconcile: () => {
            note("reconcile");
            return Promise.resolve({
                missing: [],
                live: [],
                state: stateOf(before),
            });
        },
        describeForeignNamespace: () => {
            note("namespace of another's?");
            return Promise.resolve(undefined);
        },
        forgetDeployedTo: () => {
            note("forget");
            return Promise.resolve();
        },
        stacksIn: () => Promise.resolve([ref]),
        removeCluster: ({ name }) => {
            note(`remove the cluster ${name}`);
            return Promise.resolve(`The kind cluster ${name} is removed.`);
        },
        ...changes,
    };
}

function calls({ events }: RecordedCommand): string[] {
    return events.filter((event) => /^[a-z]/.test(event));
}

describe("down", () => {
    it("reconciles, destroys and forgets the cluster, in that order", async () => {
        const command = recordedCommand();
        expect(await removeStack(ref, options, command, fakes(command, 41))).to.equal(
            "Removed: the stack dev.",
        );
        expect(calls(command)).to.deep.equal(["lock", "reconcile", "destroy", "forget"]);
    });

    it("refuses a stack that has neither settings nor a state, as a slip of the keyboard has", async () => {
        const failing = down(stackRef(application, "nope"), options, recordedCommand());
        expect(await failing.catch((error: unknown) => error)).to.match(/no settings for the stack "nope"/);
    });

    it("destroys nothing that the state does not have", async () => {
        const command = recordedCommand();
        expect(await removeStack(ref, options, command, fakes(command, 0))).to.match(/not deployed/);
        expect(calls(command)).to.deep.equal(["lock", "namespace of another's?", "forget"]);
    });

    it("clears the state alone where the project's own cluster is gone", async () => {
        const command = recordedCommand();
        const parts = fakes(command, 41, { findCluster: () => Promise.resolve(undefined) });
        expect(await removeStack(ref, options, command, parts)).to.match(/the state was cleared/);
        expect(calls(command)).to.deep.equal(["lock", "remove the state", "forget"]);
    });

    describe("with its cluster", () => {
        const withCluster = { ...options, cluster: true };

        it("deletes nothing in it by itself: the cluster goes first, then the state", async () => {
            const command = recordedCommand();
            expect(await removeStack(ref, withCluster, command, fakes(command, 41))).to.equal(
                "Removed: the stack dev.\nThe kind cluster multitier is removed.",
            );
            expect(calls(command)).to.deep.equal([
                ...["lock", "remove the cluster multitier", "remove the state", "forget"],
            ]);
        });

        for (const [what, changes] of Object.entries<(command: RecordedCommand) => Partial<DownParts>>({
            "another stack is in it": () => ({
                stacksIn: () => Promise.resolve([ref, stackRef(application, "pr-1")]),
            }),
            "the stack of another project is in it": () => ({
                stacksIn: () => Promise.resolve([{ ...ref, project: { ...ref.project, name: "other" } }]),
            }),
            "something is protected": (command) => ({
                openStack: () => Promise.resolve(fakeStack(command, { found: stateOf(41, [claim]) })),
            }),
            "it is somebody else's": (command) => {
                const target = { own: undefined, kubeconfig: "/k", context: "theirs", reason: "a test" };
                return { openSession: openingOf(command, { target }) };
            },
        })) {
            it(`destroys the stack alone when ${what}`, async () => {
                const command = recordedCommand();
                await removeStack(ref, withCluster, command, fakes(command, 41, changes(command)));
                expect(calls(command)).to.deep.equal(["lock", "reconcile", "destroy", "forget"]);
            });
        }

        it("destroys the stack alone when its state is in a backend of the user's, who may keep its history", async () => {
            const command = recordedCommand();
            const backend = { managed: false, description: "a test", environment: {} };
            const parts = fakes(command, 41, { openSession: openingOf(command, { backend }) });
            await removeStack(ref, withCluster, command, parts);
            expect(calls(command)).to.deep.equal(["reconcile", "destroy", "forget"]);
        });
    });

    for (const renamed of [true, false]) {
        it(`reaches the cluster as the ${renamed ? "program says where it has another name" : "state knows it"}`, async () => {
            const command = recordedCommand();
            const seen: unknown[] = [];
            const destroy: ReturnType<typeof fakeStack>["destroy"] = async (given) => {
                seen.push(given?.runProgram);
                return await fakeStack(command).destroy(given);
            };
            const parts = fakes(command, 41, {
                openSession: openingOf(command, { renamed }),
                openStack: () => Promise.resolve(fakeStack(command, { found: stateOf(41), destroy })),
            });
            await removeStack(ref, options, command, parts);
            expect(seen).to.deep.equal([renamed]);
        });
    }

    it("keeps the record and names what is protected", async () => {
        const command = recordedCommand();
        const exportState: DownParts["exportState"] = () => Promise.resolve(stateOf(3, [claim]));
        const text = await removeStack(ref, options, command, fakes(command, 41, { exportState }));
        expect(text).to.contain("PersistentVolumeClaim mysql-data").and.contain("state unprotect");
        expect(calls(command)).to.not.include("forget");
    });

    it("neither reads nor changes the state when the cluster does not answer", async () => {
        const command = recordedCommand();
        const findCluster: DownParts["findCluster"] = () =>
            Promise.reject(new CommandFailure("The cluster does not answer."));
        const failure: unknown = await removeStack(
            ref,
            options,
            command,
            fakes(command, 41, { findCluster }),
        ).catch((error: unknown) => error);
        expect(failure).to.match(/does not answer/);
        expect(calls(command)).to.deep.equal([]);
    });

    it("keeps the record when the engine fails, and removes the rest the next time", async () => {
        const command = recordedCommand();
        let tries = 0;
        const openStack: DownParts["openStack"] = () => {
            tries += 1;
            const destroy = (): Promise<never> => Promise.reject(new Error("The engine failed."));
            return Promise.resolve(
                fakeStack(command, { found: stateOf(41), ...(tries === 1 && { destroy }) }),
            );
        };
        const parts = fakes(command, 41, { openStack });
        const first: unknown = await removeStack(ref, options, command, parts).catch(
            (error: unknown) => error,
        );
        expect(first).to.be.instanceOf(StepFailure);
        expect(calls(command)).to.not.include("forget");
        expect(await removeStack(ref, options, command, parts)).to.equal("Removed: the stack dev.");
    });

    it("destroys nothing once it was interrupted while the state was reconciled", async () => {
        const command = recordedCommand();
        const reconcile: DownParts["reconcile"] = () => {
            command.interrupt();
            return Promise.resolve({
                missing: [],
                live: [],
                state: { resources: 41, objects: [], declared: [], pending: [], identities: [], outputs: {} },
            });
        };
        const failure: unknown = await removeStack(
            ref,
            options,
            command,
            fakes(command, 41, { reconcile }),
        ).catch((error: unknown) => error);
        expect(failure).to.be.instanceOf(Interrupted);
        expect(calls(command)).to.not.include("destroy");
    });
});
