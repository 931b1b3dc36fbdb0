import { readFile } from "node:fs/promises";
import { expect } from "chai";

import { applicationUrl, compute, computed, trySubmit } from "./application.ts";
import { eventually } from "./eventually.ts";
import {
    allReady,
    compareTiers,
    inNode,
    kubectl,
    namespace,
    patchDeployment,
    podUids,
    tiers,
} from "./live-cluster.ts";
import { meanwhile } from "./meanwhile.ts";
import { requireApplication, workspace } from "./suite.ts";
import { trafficDuring, type Traffic } from "./traffic.ts";

type Compared = ReturnType<typeof compareTiers>;

/** Runs `up` while people use the application. */
async function rollOut(path: string): Promise<{ readonly traffic: Traffic; readonly compared: Compared }> {
    const before = await podUids();
    const traffic = await trafficDuring(path, () => workspace().up());
    return { traffic, compared: compareTiers(before, await podUids()) };
}

describe("a changed setting of the client", () => {
    let traffic: Traffic;
    let compared: Compared;
    before(async () => {
        requireApplication();
        await workspace().checkout.set({ "client.resources.limits.memory": "160Mi" });
        ({ traffic, compared } = await rollOut("/"));
    });

    it("rolls the client and no other tier", () => {
        expect(compared.rolled).to.deep.equal(["client"]);
        expect(compared.same).to.deep.equal(tiers.filter((tier) => tier !== "client"));
    });

    it("fails no request for the page meanwhile", () => {
        expect(traffic.failures).to.deep.equal([]);
        expect(traffic.requests).to.be.above(50);
    });
});

describe("changed source code of the server", () => {
    let traffic: Traffic;
    let compared: Compared;
    before(async () => {
        requireApplication();
        await workspace().checkout.replace("app/server/api.ts", "There is no job", "Nobody knows of a job");
        ({ traffic, compared } = await rollOut("/api/jobs"));
    });

    it("rolls the server and no other tier", () => {
        expect(compared.rolled).to.deep.equal(["server"]);
        expect(compared.same).to.deep.equal(tiers.filter((tier) => tier !== "server"));
    });

    // The Ingress controller learns of the last pods a moment after the rollout is complete.
    it("is what answers soon", async () => {
        await eventually("the answer of the new code", 20, async () => {
            const response = await fetch(new URL("/api/jobs/999999999", applicationUrl));
            const text = await response.text();
            return text.includes("Nobody knows of a job 999999999") ? text : undefined;
        });
    });

    it("fails no request to the API meanwhile", () => {
        expect(traffic.failures).to.deep.equal([]);
        expect(traffic.requests).to.be.above(50);
    });
});

describe("moving the server from three replicas to autoscaling", () => {
    it("ends none of its pods", async () => {
        requireApplication();
        await workspace().checkout.set({ "server.replicas": 3 });
        await workspace().up();
        await allReady();
        const before = await podUids();
        expect(before.server).to.have.length(3);

        const good = await workspace().checkout.read("Pulumi.dev.yaml");
        const autoscaled = good.replace(/replicas: 3/, "autoscaling: { minReplicas: 2, maxReplicas: 4 }");
        await workspace().checkout.write("Pulumi.dev.yaml", autoscaled);
        const running: string[][] = [];
        await meanwhile(
            () => workspace().up(),
            500,
            async () => {
                running.push((await podUids()).server);
            },
        );
        expect(running).to.have.length.above(3);
        for (const uids of running) {
            expect(uids).to.include.members(before.server);
        }
        expect(compareTiers(before, await podUids()).same).to.deep.equal([...tiers]);
        const autoscalers = await kubectl("get", "horizontalpodautoscalers", "-n", namespace, "-o", "name");
        expect(autoscalers).to.include("server");
    });
});

describe("new passwords, by new versions in the settings", () => {
    const accepted: number[] = [];
    before(async () => {
        requireApplication();
        await workspace().checkout.set({ credentials: { mysql: 2, mysqlRoot: 2, redis: 2 } });
        await meanwhile(
            () => workspace().up(),
            250,
            async () => {
                const job = await trySubmit(accepted.length);
                if (job !== undefined) {
                    accepted.push(job.id);
                }
            },
        );
    });

    it("leave all tiers Ready and the application working", async () => {
        await allReady();
        expect((await compute(60)).result).to.equal("1548008755920");
    });

    it("lose no job that was accepted meanwhile", async () => {
        expect(accepted).to.have.length.above(0);
        for (const id of accepted) {
            expect((await computed(id)).state).to.equal("computed");
        }
    });

    it("leave nothing to change", async () => {
        await workspace().pulumi("preview", "--expect-no-changes");
    });
});

describe("a rollout that the cluster has not begun when the engine is done", () => {
    /** Stops the controllers, or lets them go on: without them, a Deployment's status stays as it was. */
    async function signalControllers(signal: "STOP" | "CONT"): Promise<void> {
        await inNode(
            `for process in /proc/[0-9]*; do case "$(cat "$process/comm")" in kube-controller*) ` +
                `kill -${signal} "\${process#/proc/}";; esac; done`,
        );
    }
    before(requireApplication);
    after(async () => {
        await signalControllers("CONT");
    });

    it("is waited for, though nothing in the program has changed", async () => {
        const before = await podUids();
        await signalControllers("STOP");
        await patchDeployment("worker", [
            { op: "add", path: "/spec/template/metadata/annotations", value: { restarted: "yes" } },
        ]);
        const said = (await readFile(workspace().transcript, "utf8")).length;
        const running = workspace().start("up");
        await eventually("up to wait for the rollout", 120, async () =>
            (await readFile(workspace().transcript, "utf8"))
                .slice(said)
                .includes("waiting for rollouts: worker: the cluster has not yet taken note of the change")
                ? true
                : undefined,
        );
        expect(compareTiers(before, await podUids()).rolled).to.deep.equal([]);
        await signalControllers("CONT");
        await running.endWith(0);
        expect(compareTiers(before, await podUids()).rolled).to.deep.equal(["worker"]);
    });
});

describe("a rollout that never ends", () => {
    const deadline = ["return args.progressDeadlineSeconds ??", "return 30 ??"] as const;
    before(async () => {
        requireApplication();
        await workspace().checkout.replace("components/tier.ts", ...deadline);
        await workspace().up();
        // No controller sets such a condition: the new pod runs, and is never ready. The program declares no gates, so
        // they stay.
        await patchDeployment("worker", [
            { op: "add", path: "/spec/template/spec/readinessGates", value: [{ conditionType: "never" }] },
        ]);
    });
    after(async () => {
        await patchDeployment("worker", [{ op: "remove", path: "/spec/template/spec/readinessGates" }]);
        await allReady();
        const [declared, short] = deadline;
        await workspace().checkout.replace("components/tier.ts", short, declared);
        await workspace().up();
    });

    for (const time of ["first", "second"]) {
        it(`fails the ${time} up, which says which tier's, though nothing in the program has changed`, async () => {
            const { output } = await workspace().start("up").endWith(1);
            expect(output).to.include("worker: no progress within its deadline of 30 s");
        });
    }
});
