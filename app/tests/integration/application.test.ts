import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../shared/jobs.ts";
import { Application, eventually, missingService, type Program } from "./services.ts";

const app = join(import.meta.dirname, "..", "..");
const skip = missingService() ?? false;

describe("the application on a real MySQL and a real Redis", { skip }, () => {
    let application: Application;
    let server: { program: Program; origin: string };
    let worker: { program: Program; origin: string };

    before(async () => {
        execFileSync("npm", ["run", "build"], { cwd: app, stdio: "pipe" });
        application = await Application.create();
        // Both find an empty database at the same time, and both make the table.
        [server, worker] = await Promise.all([application.start("server"), application.start("worker")]);
    });
    after(async () => {
        await application.destroy();
    });

    const submit = async (number: number): Promise<number> => {
        const answer = await fetch(`${server.origin}/api/jobs`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ number }),
        });
        assert.equal(answer.status, 202, await answer.clone().text());
        const job: unknown = await answer.json();
        assert.ok(typeof job === "object" && job !== null && "id" in job && typeof job.id === "number");
        return job.id;
    };
    const find = async (id: number): Promise<Partial<Job>> => {
        const answer = await fetch(`${server.origin}/api/jobs/${id}`);
        assert.equal(answer.status, 200);
        const job: unknown = await answer.json();
        assert.ok(typeof job === "object" && job !== null);
        return job;
    };
    const computed = (id: number, seconds: number) =>
        eventually(`job ${id} is computed`, seconds, async () => {
            const job = await find(id);
            return job.state === "computed" ? job.result : undefined;
        });
    const readiness = async (origin: string, status: number) =>
        await eventually(`${origin} answers ${status}`, 20, async () => {
            const answer = await fetch(`${origin}/readyz`);
            return answer.status === status ? await answer.text() : undefined;
        });
    const outcomes = async () => {
        const text = await (await fetch(`${worker.origin}/metrics`)).text();
        return Number(/^jobs_finished_total\{state="computed"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    };

    test("a number is computed exactly, and leaves nothing in the queue", async () => {
        assert.equal(await computed(await submit(100), 5), "354224848179261915075");
        assert.equal((await computed(await submit(10_000), 5))?.length, 2090);
        await eventually("the queue is empty", 5, async () =>
            (await application.redis(["XLEN", "multitier:jobs"])) === 0 ? true : undefined,
        );
    });

    test("two hundred jobs at once are each computed once", async () => {
        const before = await outcomes();
        const ids = await Promise.all(Array.from({ length: 200 }, (_, number) => submit(number)));
        await Promise.all(ids.map((id) => computed(id, 30)));
        assert.equal(new Set(ids).size, 200);
        assert.equal((await outcomes()) - before, 200);
    });

    test("a job whose worker is killed in the middle is finished by another", async () => {
        const doomed = worker;
        // Stopped, it is given the job by Redis but can't do it.
        doomed.program.signal("SIGSTOP");
        const id = await submit(90);
        await eventually("the job is in the stopped worker's hands", 5, async () => {
            const pending = await application.redis(["XPENDING", "multitier:jobs", "workers"]);
            return Array.isArray(pending) && pending[0] === 1 ? true : undefined;
        });
        await doomed.program.end("SIGKILL");
        worker = await application.start("worker");
        assert.equal((await find(id)).state, "queued");
        assert.equal(await computed(id, 50), "2880067194370816120");
    });

    test("a job whose place in the queue is lost is queued again", async () => {
        worker.program.signal("SIGSTOP");
        const id = await submit(91);
        await application.redis(["FLUSHALL"]);
        await worker.program.end("SIGKILL");
        worker = await application.start("worker");
        assert.equal(await computed(id, 50), "4660046610375530309");
    });

    test("a job that Redis couldn't take is accepted, and done once Redis is back", async () => {
        await application.stopRedis();
        assert.match(await readiness(server.origin, 503), /"mysql":"ok","redis":"(?!ok)/);
        assert.match(await readiness(worker.origin, 503), /"mysql":"ok","redis":"(?!ok)/);
        const id = await submit(92);
        await application.startRedis();
        await readiness(server.origin, 200);
        await readiness(worker.origin, 200);
        // This one is queued at once; the one before was only stored, and is found later.
        assert.equal(await computed(await submit(93), 10), "12200160415121876738");
        assert.equal(await computed(id, 50), "7540113804746346429");
    });

    test("without MySQL a submission is refused for now, and works once it is back", async () => {
        await application.stopMysql();
        assert.match(await readiness(server.origin, 503), /"mysql":"(?!ok).*"redis":"ok"/);
        const refused = await fetch(`${server.origin}/api/jobs`);
        assert.equal(refused.status, 503);
        assert.equal((await fetch(`${server.origin}/livez`)).status, 200);
        assert.equal((await fetch(`${worker.origin}/livez`)).status, 200);
        await application.startMysql();
        await readiness(server.origin, 200);
        await readiness(worker.origin, 200);
        assert.equal(await computed(await submit(10), 10), "55");
    });

    test("a job that MySQL can't take the result of is kept in hand until it can", async () => {
        worker.program.signal("SIGSTOP");
        const id = await submit(11);
        await application.stopMysql();
        worker.program.signal("SIGCONT");
        await readiness(worker.origin, 503);
        await application.startMysql();
        assert.equal(await computed(id, 15), "89");
    });

    test("changed passwords are taken from their files, without a restart", async () => {
        await application.sql("ALTER USER USER() IDENTIFIED BY 'secondMysqlPassword'");
        application.writePassword("mysql", "secondMysqlPassword");
        assert.equal(await computed(await submit(12), 10), "144");

        await application.stopRedis();
        application.writePassword("redis", "secondRedisPassword");
        await application.startRedis();
        await readiness(server.origin, 200);
        await readiness(worker.origin, 200);
        assert.equal(await computed(await submit(13), 10), "233");
    });

    test("a password that is changed before its file recovers as soon as the file follows", async () => {
        await application.sql("ALTER USER USER() IDENTIFIED BY 'thirdMysqlPassword'");
        await application.stopMysql();
        // The restart's init file sets the password that the test's file has; the tiers' copy is that same file.
        application.writePassword("mysql", "thirdMysqlPassword");
        await application.startMysql();
        application.writePassword("mysql", "notYetRotated");
        await readiness(server.origin, 503);
        application.writePassword("mysql", "thirdMysqlPassword");
        await readiness(server.origin, 200);
        await readiness(worker.origin, 200);
        assert.equal(await computed(await submit(14), 10), "377");
    });

    test("SIGTERM under load of kept-alive connections loses no request", async () => {
        const terminated = await application.start("server");
        const agent = new Agent({ keepAlive: true, maxSockets: 20 });
        let stopping = false;
        let answered = 0;
        const failures: string[] = [];
        const get = async () =>
            await new Promise<boolean>((resolve) => {
                request(`${terminated.origin}/api/jobs`, { agent }, (response) => {
                    response.resume();
                    response.on("end", () => {
                        answered += 1;
                        if (response.statusCode !== 200) {
                            failures.push(`status ${response.statusCode ?? "none"}`);
                        }
                        resolve(response.headers.connection !== "close");
                    });
                })
                    .on("error", (error) => {
                        failures.push(error.message);
                        resolve(false);
                    })
                    .end();
            });
        // As a proxy does: a connection is used until it is told to close, and then not replaced here.
        const connection = async () => {
            while ((await get()) || !stopping) {
                // Idle for a moment: a connection that is closed just as it is used again would lose a request.
                await sleep(Math.random() * 20);
            }
        };
        const load = Promise.all(Array.from({ length: 20 }, connection));
        await sleep(1000);
        const before = answered;
        stopping = true;
        assert.equal(await terminated.program.end("SIGTERM"), 0);
        await load;
        agent.destroy();
        assert.deepEqual(failures, []);
        assert.ok(before > 20 && answered >= before + 1, `${before} answers before, ${answered} in all`);
    });

    test("SIGTERM lets the worker finish its job in hand", async () => {
        // Stopped, it is given the job; continued, it finds the job and the signal at once.
        worker.program.signal("SIGSTOP");
        const id = await submit(15);
        worker.program.signal("SIGTERM");
        worker.program.signal("SIGCONT");
        assert.equal(await worker.program.exit(), 0);
        assert.equal((await find(id)).result, "610");
        assert.deepEqual(await application.redis(["XINFO", "CONSUMERS", "multitier:jobs", "workers"]), []);
        worker = await application.start("worker");
    });

    test("no password is in any log", () => {
        for (const { output } of [server.program, worker.program]) {
            assert.doesNotMatch(output, /(first|second|third)(Mysql|Redis)Password|notYetRotated/);
        }
    });
});

describe("a tier without its environment", () => {
    test("says everything that is missing in one line, and exits with 1", async () => {
        const { Program } = await import("./services.ts");
        execFileSync("npm", ["run", "build"], { cwd: app, stdio: "pipe" });
        const program = new Program(process.execPath, [join(app, "server", "dist", "main.cjs")], {
            PORT: "x",
        });
        assert.equal(await program.exit(), 1);
        assert.equal(program.output.trim().split("\n").length, 1);
        assert.match(
            program.output,
            /PORT is \\"x\\".*MYSQL_HOST is missing.*REDIS_PASSWORD_FILE is missing/,
        );
    });
});
