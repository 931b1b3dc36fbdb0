import { expect } from "chai";

import { applicationUrl, compute, computed, trySubmit } from "./application.ts";
import { allReady, compareTiers, kubectl, namespace, podUids, tiers } from "./live-cluster.ts";
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

    it("is what answers then", async () => {
        const response = await fetch(new URL("/api/jobs/999999999", applicationUrl));
        expect(await response.text()).to.include("Nobody knows of a job 999999999");
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
