import { fileURLToPath } from "node:url";
import { expect } from "chai";

import { bringUp, type UpParts } from "../../../../cli/commands/up.ts";
import { application, stackRef } from "../../../../cli/session/project.ts";
import type { DeployedTo } from "../../../../cli/session/target.ts";
import { CommandFailure, Interrupted, StepFailure } from "../../../../cli/terminal/failure.ts";
import { recordedCommand, type RecordedCommand } from "../recorded-command.ts";
import { fakeStack } from "../session/fake-stack.ts";
import { silentCluster } from "../session/live-cluster.ts";
import { openingOf } from "../session/opening.ts";

const ref = stackRef(application, "dev");
const options = { offline: false, refresh: false, allowDataLoss: false };
const claims = [{ namespace: "shop", name: "mysql-data" }];
const somethingDeployed = {
    missing: [],
    live: [],
    state: { resources: 41, objects: [], declared: [], pending: [], identities: [], outputs: {} },
};
const nothingDeployed = {
    missing: [],
    live: [],
    state: { resources: 0, objects: [], declared: [], pending: [], identities: [], outputs: {} },
};
const sameCluster: DeployedTo = {
    own: true,
    kubeconfig: "/data/kubeconfig",
    context: "kind-multitier",
    clusterUid: "uid-1",
};

/** A preview by which an update would change something. */
const previewed = {
    changes: [],
    changesNothing: false,
    summary: "no changes (42 resources)",
    errors: [],
    failure: undefined,
};

/** A Deployment that somebody has scaled. */
const scaledByKubectl = {
    object: {
        ...{ kind: "Deployment", namespace: "shop", name: "server-1" },
        ...{ fieldManager: "pulumi-kubernetes-1", inputs: {} },
    },
    differences: [{ path: "spec.replicas", before: 3, after: 2 }],
    managers: ["kubectl"],
    refusal: undefined,
};

function fakes(command: RecordedCommand, changes: Partial<UpParts> = {}): UpParts {
    const { note } = command;
    return {
        openSession: openingOf(command),
        provideCluster: () => {
            note("cluster");
            return Promise.resolve(silentCluster());
        },
        openStack: () => Promise.resolve(fakeStack(command)),
        refuseIfBusy: () => {
            note("busy?");
            return Promise.resolve();
        },
        reconcile: () => {
            note("reconcile");
            return Promise.resolve(nothingDeployed);
        },
        refuseStrangers: () => {
            note("strangers?");
            return Promise.resolve();
        },
        findDrift: () => Promise.resolve({ drifts: [], unknown: undefined }),
        setBack: (_, drifts) => {
            command.events.push(...drifts.map(({ object }) => `set back ${object.name}`));
            return Promise.resolve();
        },
        recordDeployedTo: (_, { unfinished }) => {
            note(unfinished === true ? "recorded as unfinished" : "recorded as finished");
            return Promise.resolve();
        },
        watchTiers: () => ({
            explain: () => Promise.resolve(["MySQL is out of memory."]),
            stop: () => {
                note("watch ends");
            },
        }),
        claimNames: () => Promise.resolve([]),
        checkDataLoss: () => {
            note("data at risk?");
            return Promise.resolve(previewed);
        },
        awaitRollouts: () => {
            note("rollouts");
            return Promise.resolve();
        },
        awaitOwnCluster: () => {
            note("cluster is whole");
            return Promise.resolve();
        },
        ...changes,
    };
}

async function failureOf(running: Promise<unknown>): Promise<unknown> {
    return await running.then(
        () => undefined,
        (error: unknown) => error,
    );
}

describe("up", () => {
    it("records the cluster as unfinished before the update and as finished after it", async () => {
        const command = recordedCommand();
        await bringUp(ref, options, command, fakes(command));
        const calls = ["cluster", "lock", "reconcile", "recorded as unfinished", "update"];
        expect(command.events.filter((event) => /^[a-z]/.test(event))).to.deep.equal([
            ...calls,
            "recorded as finished",
            "rollouts",
            "cluster is whole",
            "watch ends",
        ]);
    });

    it("looks for what others have in a namespace that it was given before it records or changes anything", async () => {
        const command = recordedCommand();
        const records: DeployedTo[] = [];
        const parts = fakes(command, {
            provideCluster: () =>
                Promise.resolve({ ...silentCluster(), namespace: "team-a", existingNamespace: "team-a" }),
            recordDeployedTo: (_, deployedTo) => {
                records.push(deployedTo);
                return Promise.resolve();
            },
        });
        await bringUp(ref, options, command, parts);
        expect(command.events).to.include("strangers?");
        expect(records.map(({ existingNamespace }) => existingNamespace)).to.deep.equal(["team-a", "team-a"]);
        const refused = recordedCommand();
        const refuseStrangers: UpParts["refuseStrangers"] = () =>
            Promise.reject(new CommandFailure("There is a Service redis."));
        await failureOf(bringUp(ref, options, refused, { ...parts, refuseStrangers }));
        expect(records).to.have.length(2);
    });

    it("leaves the record unfinished after an update that fails, and stops watching", async () => {
        const command = recordedCommand();
        const up = (): Promise<never> => Promise.reject(new Error("The engine failed."));
        const openStack: UpParts["openStack"] = () => Promise.resolve(fakeStack(command, { up }));
        const failure = await failureOf(bringUp(ref, options, command, fakes(command, { openStack })));
        expect(failure).to.be.instanceOf(StepFailure).and.to.include({ step: "Application" });
        expect(command.events).to.include("watch ends").and.not.include("recorded as finished");
    });

    it("fails when a rollout is not complete, though the engine's update ended well", async () => {
        const command = recordedCommand();
        const awaitRollouts: UpParts["awaitRollouts"] = () =>
            Promise.reject(new CommandFailure("The rollout of server is stuck."));
        const failure = await failureOf(bringUp(ref, options, command, fakes(command, { awaitRollouts })));
        expect(failure)
            .to.have.property("cause")
            .that.matches(/rollout of server/);
    });

    it("looks for data at risk before it records or changes anything, where there is data", async () => {
        const command = recordedCommand();
        const claimNames: UpParts["claimNames"] = () => Promise.resolve(claims);
        await bringUp(ref, options, command, fakes(command, { claimNames }));
        expect(command.events.indexOf("data at risk?")).to.be.within(
            0,
            command.events.indexOf("recorded as unfinished"),
        );
    });

    it("records and changes nothing when data is at risk and nobody allows that", async () => {
        const command = recordedCommand();
        const parts = fakes(command, {
            claimNames: () => Promise.resolve(claims),
            checkDataLoss: () => Promise.reject(new CommandFailure("This puts data at risk.")),
        });
        const failure = await failureOf(bringUp(ref, options, command, parts));
        expect(failure).to.be.instanceOf(StepFailure).and.to.include({ step: "Preview" });
        expect(command.events).to.not.include("recorded as unfinished").and.not.include("update");
    });

    for (const { when, found, flags } of [
        { when: "there are no claims", found: [], flags: {} },
        { when: "data loss is allowed", found: claims, flags: { allowDataLoss: true } },
    ]) {
        it(`does not look for data at risk when ${when}`, async () => {
            const command = recordedCommand();
            const claimNames: UpParts["claimNames"] = () => Promise.resolve(found);
            await bringUp(ref, { ...options, ...flags }, command, fakes(command, { claimNames }));
            expect(command.events).to.include("update").and.not.include("data at risk?");
        });
    }

    it("tells what others have changed, and sets it back before the update, whose record is unfinished by then", async () => {
        const command = recordedCommand();
        const drifts = [scaledByKubectl];
        const findDrift: UpParts["findDrift"] = () => Promise.resolve({ drifts, unknown: undefined });
        await bringUp(ref, options, command, fakes(command, { findDrift }));
        expect(command.reports.join("\n")).to.match(
            /Deployment shop\/server-1 .*by kubectl: spec\.replicas 2 → 3/,
        );
        const steps = ["recorded as unfinished", "set back server-1", "update"];
        expect(command.events.filter((event) => steps.includes(event))).to.deep.equal(steps);
    });

    describe("of a stack with claims whose preview tells of no change", () => {
        const outputs = { url: "http://localhost:8080/from-the-state" };
        const state = { ...somethingDeployed.state, outputs };
        const nothingToDo: Partial<UpParts> = {
            claimNames: () => Promise.resolve(claims),
            checkDataLoss: () => Promise.resolve({ ...previewed, changesNothing: true }),
            reconcile: () => Promise.resolve({ ...somethingDeployed, state }),
        };

        it("doesn't run the engine once more, but waits for rollouts and gives the outputs", async () => {
            const command = recordedCommand();
            const up = await bringUp(ref, options, command, fakes(command, nothingToDo));
            expect(up.outputs).to.deep.equal(outputs);
            expect(command.events).to.include("rollouts").and.include("recorded as finished");
            expect(command.events)
                .to.include("Application: no changes (42 resources)")
                .and.not.include("update");
        });

        it("runs it where a plan is to be done", async () => {
            const command = recordedCommand();
            const plan = fileURLToPath(import.meta.url);
            await bringUp(ref, { ...options, plan }, command, fakes(command, nothingToDo));
            expect(command.events).to.include("update");
        });

        it("runs it where others have changed something, which is set back", async () => {
            const command = recordedCommand();
            const findDrift: UpParts["findDrift"] = () =>
                Promise.resolve({ drifts: [scaledByKubectl], unknown: undefined });
            await bringUp(ref, options, command, fakes(command, { ...nothingToDo, findDrift }));
            expect(command.events).to.include("set back server-1").and.include("update");
        });

        for (const { when, flags, parts } of [
            { when: "a refresh is asked for", flags: { refresh: true }, parts: {} },
            {
                when: "the last update did not end well",
                flags: {},
                parts: {
                    openSession: (command: RecordedCommand) =>
                        openingOf(command, { deployedTo: { ...sameCluster, unfinished: true } }),
                },
            },
        ]) {
            it(`runs it where ${when}`, async () => {
                const command = recordedCommand();
                const openSession = parts.openSession?.(command);
                await bringUp(
                    ref,
                    { ...options, ...flags },
                    command,
                    fakes(command, { ...nothingToDo, ...(openSession && { openSession }) }),
                );
                expect(command.events).to.include("update");
            });
        }
    });

    it("says that there is no such plan before anything is begun", async () => {
        const command = recordedCommand();
        const failure = await failureOf(
            bringUp(ref, { ...options, plan: "/no/plan" }, command, fakes(command)),
        );
        expect(failure).to.match(/There is no plan \/no\/plan/);
        expect(command.events).to.deep.equal([]);
    });

    it("gives the outputs without the secret ones", async () => {
        const command = recordedCommand();
        const { outputs } = await bringUp(ref, options, command, fakes(command));
        expect(outputs).to.deep.equal({ url: "http://localhost:8080/" });
    });

    for (const { when, changes, deployedTo, flags, refresh } of [
        { when: "nothing is deployed yet", changes: nothingDeployed, refresh: false },
        { when: "all is as the last up left it", deployedTo: sameCluster, refresh: false },
        { when: "it is asked for", deployedTo: sameCluster, flags: { refresh: true }, refresh: true },
        {
            when: "the last up did not end well",
            deployedTo: { ...sameCluster, unfinished: true },
            refresh: true,
        },
        {
            when: "its own cluster is another one",
            deployedTo: { ...sameCluster, clusterUid: "uid-0" },
            refresh: true,
        },
        {
            when: "an object is gone from the cluster",
            deployedTo: sameCluster,
            changes: { ...somethingDeployed, missing: ["Service shop/mysql"] },
            refresh: true,
        },
    ]) {
        it(`${refresh ? "compares" : "does not compare"} the state with the cluster first when ${when}`, async () => {
            const command = recordedCommand();
            const seen: unknown[] = [];
            const up: ReturnType<typeof fakeStack>["up"] = async (given) => {
                seen.push(given?.refresh);
                return await fakeStack(command).up(given);
            };
            const parts = fakes(command, {
                openSession: openingOf(command, { deployedTo }),
                openStack: () => Promise.resolve(fakeStack(command, { up })),
                reconcile: () => Promise.resolve(changes ?? somethingDeployed),
            });
            await bringUp(ref, { ...options, ...flags }, command, parts);
            expect(seen).to.deep.equal([refresh]);
        });
    }

    for (const renamed of [true, false]) {
        it(`compares it by the providers of the ${renamed ? "program" : "state"} where the cluster has ${renamed ? "another" : "the same"} name`, async () => {
            const command = recordedCommand();
            const seen: unknown[] = [];
            const up: ReturnType<typeof fakeStack>["up"] = async (given) => {
                seen.push(given?.runProgram);
                return await fakeStack(command).up(given);
            };
            const parts = fakes(command, {
                openSession: openingOf(command, { deployedTo: sameCluster, renamed }),
                openStack: () => Promise.resolve(fakeStack(command, { up })),
                reconcile: () => Promise.resolve(somethingDeployed),
            });
            await bringUp(ref, { ...options, refresh: true }, command, parts);
            expect(seen).to.deep.equal([renamed]);
        });
    }

    it("records a cluster that was recognized under another name by that name, before and after the update", async () => {
        const command = recordedCommand();
        const deployedTo = { own: false, kubeconfig: "/former", context: "prod", clusterUid: "uid-1" };
        const target = { own: undefined, kubeconfig: "/moved", context: "production", reason: "as told" };
        const records: DeployedTo[] = [];
        const parts = fakes(command, {
            openSession: openingOf(command, { deployedTo, target }),
            recordDeployedTo: (_, record) => {
                records.push(record);
                return Promise.resolve();
            },
        });
        await bringUp(ref, options, command, parts);
        const record = { ...deployedTo, kubeconfig: "/moved", context: "production" };
        expect(records).to.deep.equal([{ ...record, unfinished: true }, record]);
    });

    it("refuses a context of the user's that leads to another cluster, before anything is recorded", async () => {
        const command = recordedCommand();
        const kubeconfig = "/home/kubeconfig";
        const deployedTo = { own: false, kubeconfig, context: "prod", clusterUid: "uid-0" };
        const target = { own: undefined, kubeconfig, context: "prod", reason: "as the settings say" };
        const parts = fakes(command, {
            openSession: openingOf(command, { deployedTo, target }),
            reconcile: () => Promise.resolve(somethingDeployed),
        });
        const failure = await failureOf(bringUp(ref, options, command, parts));
        expect(failure)
            .to.have.property("cause")
            .that.matches(/leads to another cluster/);
        expect(command.events).to.not.include.members(["recorded as unfinished"]);
        expect(command.events).to.not.include("update");
    });

    it("asks a backend of the user's whether somebody else is at work on the stack", async () => {
        const command = recordedCommand();
        const backend = { managed: false, description: "s3://state", environment: {} };
        const parts = fakes(command, {
            openSession: openingOf(command, { backend }),
            refuseIfBusy: () => Promise.reject(new CommandFailure("Another update is in progress.")),
        });
        const failure = await failureOf(bringUp(ref, options, command, parts));
        expect(failure)
            .to.have.property("cause")
            .that.matches(/Another update/);
        expect(command.events).to.not.include("reconcile");
    });

    it("updates nothing once it was interrupted while the state was compared", async () => {
        const command = recordedCommand();
        const reconcile: UpParts["reconcile"] = () => {
            command.interrupt();
            return Promise.resolve(nothingDeployed);
        };
        const failure = await failureOf(bringUp(ref, options, command, fakes(command, { reconcile })));
        expect(failure).to.be.instanceOf(Interrupted);
        expect(command.events).to.not.include("update");
    });

    it("goes on after an update that failed, as if it was the first", async () => {
        const command = recordedCommand();
        let tries = 0;
        const openStack: UpParts["openStack"] = () => {
            tries += 1;
            const up = (): Promise<never> => Promise.reject(new Error("The engine failed."));
            return Promise.resolve(fakeStack(command, tries === 1 ? { up } : {}));
        };
        const parts = fakes(command, { openStack });
        expect(await failureOf(bringUp(ref, options, command, parts))).to.be.instanceOf(StepFailure);
        expect(await failureOf(bringUp(ref, options, command, parts))).to.equal(undefined);
        expect(command.events).to.include("recorded as finished");
    });
});
