import assert from "node:assert/strict";
import { test } from "node:test";
import { askDependencies } from "../../shared/readiness.ts";

const available = () => Promise.resolve();

test("ready when every dependency answers", async () => {
    assert.deepEqual(await askDependencies({ mysql: available, redis: available }, 1000), {
        ready: true,
        dependencies: { mysql: "ok", redis: "ok" },
    });
});

test("not ready, and says which dependency is down and why", async () => {
    const down = () => Promise.reject(new Error("connection refused"));
    assert.deepEqual(await askDependencies({ mysql: available, redis: down }, 1000), {
        ready: false,
        dependencies: { mysql: "ok", redis: "connection refused" },
    });
});

test("a dependency that never answers counts as down", async () => {
    const silent = () => new Promise<void>(() => undefined);
    assert.deepEqual(await askDependencies({ mysql: silent }, 5), {
        ready: false,
        dependencies: { mysql: "no answer within 5 ms" },
    });
});
