import { expect } from "chai";

import { compute, readJob, type Job } from "./application.ts";
import { allReady, compareTiers, kubectl, namespace, podUids, runIn } from "./live-cluster.ts";
import { eventually } from "./eventually.ts";
import { requireApplication } from "./suite.ts";

/** Runs a command of Redis' in its pod, logged in with the password from the file there. */
async function redis(...command: string[]): Promise<string> {
    const script = 'REDISCLI_AUTH=$(cat /run/secrets/redis/password) exec redis-cli "$@"';
    return await runIn("redis", "sh", "-c", script, "sh", ...command);
}

describe("when the pods of MySQL and Redis are deleted", () => {
    let job: Job;
    before(async () => {
        requireApplication();
        job = await compute(70);
        expect(await redis("SET", "e2e", "still there")).to.equal("OK");
        const before = await podUids();
        await kubectl(
            ...["delete", "pods", "--namespace", namespace, "--wait=false"],
            ...["--selector", "app.kubernetes.io/name in (mysql, redis)"],
        );
        await eventually("the new pods of MySQL and Redis", 120, async () =>
            compareTiers(before, await podUids()).rolled.length === 2 ? true : undefined,
        );
        await allReady();
    });

    it("MySQL has its data still", async () => {
        expect(await eventually("the application to answer", 60, () => readJob(job.id))).to.deep.equal(job);
    });

    it("Redis has its data still", async () => {
        expect(await redis("GET", "e2e")).to.equal("still there");
        await redis("DEL", "e2e");
    });

    it("the application goes on by itself", async () => {
        expect((await compute(71)).result).to.equal("308061521170129");
    });
});
