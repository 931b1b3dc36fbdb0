import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../../shared/backoff.ts";

test("waits grow from 50-100 ms to at most 3 s, however many failures there were", () => {
    for (let round = 0; round < 100; round += 1) {
        assert.ok(backoff(0) >= 50 && backoff(0) <= 100);
        assert.ok(backoff(3) >= 400 && backoff(3) <= 800);
        assert.ok(backoff(5000) >= 1500 && backoff(5000) <= 3000);
    }
});
