import { expect } from "chai";

import { CommandFailure } from "../../../cli/terminal/failure.ts";
import { awaitRollouts, judgeRollout, type RollingDeployment } from "../../../cli/kubernetes/rollout.ts";

type Spec = NonNullable<RollingDeployment["spec"]>;
type Status = NonNullable<RollingDeployment["status"]>;

const available = { type: "Available", status: "True", reason: "MinimumReplicasAvailable" };
const rolledOut = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };
const rolling = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
const lateness = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };
const pausing = { type: "Progressing", status: "Unknown", reason: "DeploymentPaused" };

/** A server of two pods whose first rollout is complete, but for what is given. */
function server(status: Status = {}, spec: Spec = {}, generation = 1): RollingDeployment {
    return {
        metadata: {
            name: "server-deployment-7e3a",
            generation,
            labels: { "app.kubernetes.io/name": "server" },
        },
        spec: { replicas: 2, progressDeadlineSeconds: 120, ...spec },
        status: {
            observedGeneration: 1,
            replicas: 2,
            updatedReplicas: 2,
            availableReplicas: 2,
            conditions: [available, rolledOut],
            ...status,
        },
    };
}

describe("the rollout of a Deployment", () => {
    it("is complete when all pods, and no others, are of the template and available", () => {
        expect(judgeRollout(server())).to.deep.equal({ state: "complete" });
    });

    it("is under way while the status is that of the former generation, however good it looks", () => {
        const { state } = judgeRollout(server({}, {}, 2));
        expect(state).to.equal("under way");
    });

    it("is not stuck for a deadline that the former generation exceeded", () => {
        expect(judgeRollout(server({ conditions: [available, lateness] }, {}, 2)).state).to.equal(
            "under way",
        );
    });

    it("is under way before the cluster has said anything", () => {
        const { metadata, spec } = server();
        expect(judgeRollout({ ...(metadata && { metadata }), ...(spec && { spec }) }).state).to.equal(
            "under way",
        );
    });

    it("is under way while a pod more than wanted waits beside the old ones", () => {
        const surge = server({ replicas: 3, updatedReplicas: 1, conditions: [available, rolling] });
        expect(judgeRollout(surge)).to.deep.equal({
            state: "under way",
            detail: "1 of 2 pods are of the new template",
        });
    });

    it("is under way while an old pod is still there, though all new ones are", () => {
        expect(judgeRollout(server({ replicas: 3, conditions: [available, rolling] }))).to.deep.equal({
            state: "under way",
            detail: "1 of 3 pods have still to go",
        });
    });

    it("is under way while a pod is not available, also long after a rollout", () => {
        expect(judgeRollout(server({ availableReplicas: 1 }))).to.deep.equal({
            state: "under way",
            detail: "1 of 2 pods are available",
        });
    });

    it("is complete when no pod is wanted and none is left, which the cluster says by saying nothing", () => {
        const none = { observedGeneration: 1, conditions: [available, rolledOut] };
        const { metadata } = server();
        expect(
            judgeRollout({ ...(metadata && { metadata }), spec: { replicas: 0 }, status: none }).state,
        ).to.equal("complete");
        expect(judgeRollout(server({}, { replicas: 0 })).state).to.equal("under way");
    });

    it("is complete with as many pods as an autoscaler wants", () => {
        const four = { replicas: 4, updatedReplicas: 4, availableReplicas: 4 };
        expect(judgeRollout(server(four, { replicas: 4 })).state).to.equal("complete");
        expect(judgeRollout(server(four, { replicas: 6 })).state).to.equal("under way");
    });

    it("is stuck when the cluster says that its deadline has passed", () => {
        const late = server({ replicas: 3, updatedReplicas: 1, conditions: [available, lateness] });
        expect(judgeRollout(late)).to.deep.equal({
            state: "stuck",
            detail: "no progress within its deadline of 120 s",
        });
    });

    it("is stuck while it is paused, unless nothing is left to do", () => {
        const paused = { conditions: [available, pausing] };
        expect(judgeRollout(server(paused, { paused: true })).state).to.equal("complete");
        expect(judgeRollout(server({ ...paused, updatedReplicas: 0 }, { paused: true })).state).to.equal(
            "stuck",
        );
    });
});

/** Waits for the rollouts of a cluster that says one thing after the other, and the last one for ever. */
async function wait(
    answers: readonly (readonly RollingDeployment[])[],
    signal = new AbortController().signal,
): Promise<{ readonly asked: number; readonly seconds: number; readonly told: readonly string[] }> {
    let asked = 0;
    let time = 0;
    const told: string[] = [];
    const say =
        (as: string) =>
        (line: string): void => {
            told.push(`${as}: ${line}`);
        };
    await awaitRollouts({
        list: () => {
            if (asked > 5000) {
                throw new Error("It would wait for ever.");
            }
            return Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? []);
        },
        step: { report: say("report"), status: say("status") },
        explain: () => Promise.resolve(["The image nope can't be pulled."]),
        signal,
        down: "npm run down",
        clock: {
            now: () => time,
            sleep: (milliseconds) => {
                time += milliseconds;
                return Promise.resolve();
            },
        },
    });
    return { asked, seconds: time / 1000, told };
}

async function failureOf(answers: readonly (readonly RollingDeployment[])[]): Promise<CommandFailure> {
    try {
        await wait(answers);
    } catch (error) {
        if (error instanceof CommandFailure) {
            return error;
        }
        throw error;
    }
    throw new Error("It did not fail.");
}

describe("waiting for the rollouts of a stack", () => {
    const stale = server({}, {}, 2);
    const surge = server({ observedGeneration: 2, replicas: 3, updatedReplicas: 1 }, {}, 2);
    const done = server({ observedGeneration: 2 }, {}, 2);

    it("asks the cluster once where all are complete, and says nothing", async () => {
        expect(await wait([[server(), done]])).to.deep.equal({ asked: 1, seconds: 0, told: [] });
    });

    it("goes on until the cluster has seen the change and carried it out", async () => {
        const { asked, told } = await wait([
            [stale, server()],
            [surge, server()],
            [done, server()],
        ]);
        expect(asked).to.equal(3);
        expect(told).to.deep.equal([
            "report: waiting for rollouts: server: the cluster has not yet taken note of the change",
            "status: waiting for rollouts: server: 1 of 2 pods are of the new template",
        ]);
    });

    it("fails with each stuck tier and what keeps it when the cluster gives a rollout up", async () => {
        const late = server({ updatedReplicas: 1, conditions: [available, lateness] });
        const { message, remedy } = await failureOf([[surge], [late]]);
        expect(message).to.include("server: no progress within its deadline of 120 s");
        expect(message).to.include("The image nope can't be pulled.");
        expect(remedy).to.include("npm run down");
    });

    it("fails when the cluster sees no progress for longer than the deadline: its controller is not at work", async () => {
        const { message } = await failureOf([[stale]]);
        expect(message).to.match(/server: .*not yet taken note.*no progress for 151 s/);
    });

    it("fails the same way when pods come and go after the rollout, for which the cluster has no deadline", async () => {
        const flapping = [0, 1, 0, 1].map((availableReplicas) => [server({ availableReplicas })]);
        const { message } = await failureOf(Array.from({ length: 100 }, () => flapping).flat());
        expect(message).to.match(
            /server: . of 2 pods are available, and the cluster has seen no progress for 151 s/,
        );
    });

    it("has all the time in the world for a rollout that goes on", async () => {
        const steps = Array.from({ length: 10 }, (_, step) => {
            const progress = { ...rolling, lastUpdateTime: new Date(step) };
            const rollingOn = server({ updatedReplicas: 1, conditions: [available, progress] });
            return Array.from({ length: 100 }, () => [rollingOn]);
        });
        expect((await wait([...steps.flat(), [done]])).seconds).to.equal(1000);
    });

    it("stops when it is interrupted", async () => {
        const interrupted = new AbortController();
        interrupted.abort(new Error("Ctrl-C"));
        let failed: unknown;
        await wait([[stale]], interrupted.signal).catch((error: unknown) => {
            failed = error;
        });
        expect(failed).to.have.property("message", "Ctrl-C");
    });
});
