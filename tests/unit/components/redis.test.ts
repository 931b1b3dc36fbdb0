import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Redis } from "../../../components";
import { CreatedResource, createdResources } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

function redis(): Promise<CreatedResource[]> {
    const credentials = { password: pulumi.secret("redissecret"), secretName: "credentials-redis" };
    return createdResources(() => new Redis("redis", { namespace: "shop", credentials, maxMemory: "96Mi" }));
}

function commandAt(container: unknown, probe: string): string[] {
    const command = valueAt(container, `${probe}.exec.command`);
    return Array.isArray(command) ? command.map(String) : [];
}

/** Runs a probe's command with a Redis whose password is `secret`, and returns its exit code. */
function runProbe(command: readonly string[], redis: { answer: string; password: string }): number | null {
    const folder = mkdtempSync(join(tmpdir(), "multitier-redis-"));
    try {
        writeFileSync(join(folder, "password"), redis.password);
        const client = `#!/bin/sh\nif [ "$REDISCLI_AUTH" = secret ]; then echo ${redis.answer}; else echo NOAUTH; fi\n`;
        writeFileSync(join(folder, "redis-cli"), client, { mode: 0o755 });
        const [program = "", ...args] = command.map((part) =>
            part.replaceAll("/run/secrets/redis/password", join(folder, "password")),
        );
        const env = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
        return spawnSync(program, args, { env, encoding: "utf8" }).status;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

describe("Redis", () => {
    it("takes its password from a file, never from a command line or an env var", async () => {
        const resources = await redis();
        const { inputs } = resourceNamed(resources, "Deployment", "redis-deployment");
        const main = valueAt(inputs, "spec.template.spec.containers.0");
        expect(valueAt(main, "command")).to.deep.equal(["redis-server"]);
        expect(valueAt(main, "args")).to.deep.equal(["/etc/redis/redis.conf"]);
        expect(main).to.not.have.property("env");
        expect(JSON.stringify(resources.map((resource) => resource.inputs))).to.not.contain("redissecret");
    });

    it("keeps an append-only file, drops no entry and caps its memory in bytes", async () => {
        const { inputs } = resourceNamed(await redis(), "ConfigMap", "redis-files");
        expect(inputs["data"]).to.deep.equal({
            "etc_redis_redis.conf": [
                "port 6379",
                "bind * -::*",
                "dir /data",
                "appendonly yes",
                'save ""',
                "maxmemory 100663296",
                "maxmemory-policy noeviction",
                "include /run/secrets/redis/authentication.conf",
                "",
            ].join("\n"),
        });
    });

    it("is ready when it answers PONG to its password, and alive when it answers at all", async () => {
        const { inputs } = resourceNamed(await redis(), "Deployment", "redis-deployment");
        const main = valueAt(inputs, "spec.template.spec.containers.0");
        const [shell = "", ...command] = commandAt(main, "readinessProbe");
        // Redis answers a wrong password, or none, with an error and exit code 0.
        for (const [answer, password, code] of [
            ["PONG", "secret", 0],
            ["PONG", "former", 1],
            ["LOADING", "secret", 1],
        ] as const) {
            expect(runProbe([shell, ...command], { answer, password }), `${answer} ${password}`).to.equal(
                code,
            );
        }
        expect(valueAt(main, "livenessProbe.exec.command")).to.deep.equal([
            "redis-cli",
            "-h",
            "127.0.0.1",
            "ping",
        ]);
    });

    it("keeps its data on a claim and runs as one pod", async () => {
        const resources = await redis();
        expect(
            valueAt(
                resourceNamed(resources, "PersistentVolumeClaim", "redis-data-claim").inputs,
                "metadata.name",
            ),
        ).to.equal("redis-data");
        const { inputs, options } = resourceNamed(resources, "Deployment", "redis-deployment");
        expect(valueAt(inputs, "spec.strategy.type")).to.equal("Recreate");
        expect(options.deleteBeforeReplace).to.equal(true);
    });
});
