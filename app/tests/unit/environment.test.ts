import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvironmentError, readEnvironment } from "../../shared/environment.ts";

const complete = {
    MYSQL_HOST: "mysql",
    MYSQL_DATABASE: "shop",
    MYSQL_USER: "shop",
    MYSQL_PASSWORD_FILE: "/secrets/mysql",
    REDIS_HOST: "redis",
    REDIS_PASSWORD_FILE: "/secrets/redis",
};

test("ports have their usual defaults", () => {
    const { port, mysql, redis } = readEnvironment(complete);
    assert.deepEqual([port, mysql.port, redis.port], [8080, 3306, 6379]);
});

test("ports that are given are used", () => {
    const { port, mysql, redis } = readEnvironment({
        ...complete,
        PORT: "1",
        MYSQL_PORT: "2",
        REDIS_PORT: "65535",
    });
    assert.deepEqual([port, mysql.port, redis.port], [1, 2, 65535]);
});

test("every mistake is in the one error", () => {
    assert.throws(
        () =>
            readEnvironment({
                ...complete,
                PORT: "http",
                MYSQL_PORT: "70000",
                MYSQL_HOST: undefined,
                REDIS_HOST: " ",
            }),
        (error) => {
            assert.ok(error instanceof EnvironmentError);
            assert.deepEqual(error.mistakes, [
                'PORT is "http", expected a port number',
                "MYSQL_HOST is missing",
                'MYSQL_PORT is "70000", expected a port number',
                "REDIS_HOST is empty",
            ]);
            return true;
        },
    );
});
