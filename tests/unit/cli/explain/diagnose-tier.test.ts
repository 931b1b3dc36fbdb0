import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import { describeTier } from "../../../../cli/explain/describe-tier.ts";
import { diagnoseTier } from "../../../../cli/explain/diagnose-tier.ts";
import type { TierEvidence } from "../../../../cli/explain/evidence.ts";
import { vocabularyOf } from "../../../../cli/explain/vocabulary.ts";
import { application, stackRef } from "../../../../cli/session/project.ts";

const words = vocabularyOf(stackRef(application, "dev"));

/** What a real cluster said about each of these, provoked on purpose; only host names were replaced. */
const recorded = join(dirname(__filename), "recorded");

function evidence(name: string): TierEvidence {
    return JSON.parse(readFileSync(join(recorded, `${name}.json`), "utf8")) as TierEvidence;
}

/** A word or two of the cause, and of what to do. */
const expected: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
    "claim-unbound": [
        'StorageClass fast-ssd is not bound: storageclass.storage.k8s.io "fast-ssd" not found',
        "multitier:claim-unbound.storage.className",
    ],
    crashing: ["exit code 3", "last lines"],
    "image-not-found": ["redis:8.0-nope can't be had", "multitier:image-not-found.image"],
    "init-statement-failed": ["1410  You are not allowed to create a user with GRANT", "delete the pod"],
    "liveness-probe-failing": ["restarted again and again", "last lines"],
    "local-image-not-loaded": ["localhost/multitier/server:000000000000", "npm run up -- --refresh"],
    "out-of-memory": [
        "more memory than its limit of 16Mi",
        "multitier:out-of-memory.resources.limits.memory",
    ],
    "out-of-memory-while-starting": [
        "more memory than its limit of 24Mi",
        "multitier:worker.resources.limits.memory",
    ],
    "quota-exceeded": ["exceeded quota: small", "multitier:quota-exceeded.resources.requests"],
    "readiness-probe-failing": ["Readiness probe failed", "connects to"],
    "secret-missing": ['secret "nope" not found', "npm run up -- --refresh"],
    "too-much-cpu": ["Insufficient cpu", "multitier:too-much-cpu.resources.requests.cpu"],
};

describe("what is wrong with a tier", () => {
    for (const [name, [cause, remedy]] of Object.entries(expected)) {
        it(`is told from what a cluster said: ${name}`, () => {
            const diagnosis = diagnoseTier(evidence(name), words);
            expect(diagnosis?.cause).to.include(cause);
            expect(diagnosis?.remedy).to.include(remedy);
        });
    }

    it("has a test for everything that was recorded", () => {
        const names = readdirSync(recorded).map((file) => basename(file, ".json"));
        expect(names).to.have.members(Object.keys(expected));
    });

    const healthy: TierEvidence = {
        tier: "server",
        namespace: "shop",
        replicas: 1,
        pods: [
            {
                name: "server-1",
                phase: "Running",
                ready: true,
                labels: { "app.kubernetes.io/name": "server" },
                containers: [],
                ports: { main: 8080 },
            },
        ],
        claims: [],
        service: { selector: { "app.kubernetes.io/name": "server" }, port: 8080, targetPort: "main" },
        endpoints: ["10.244.0.7"],
        events: [],
    };
    const causes: readonly [string, Partial<TierEvidence>, string][] = [
        [
            "a selector that no pod has",
            { service: { selector: { app: "x" }, port: 8080, targetPort: "main" } },
            "app=x",
        ],
        [
            "a target port that no pod listens on",
            { service: { selector: {}, port: 8080, targetPort: "9999" } },
            "9999 of its pods, where nothing listens; they listen on main (8080)",
        ],
        ["a tier that somebody scaled to nothing", { replicas: 0, pods: [] }, "scaled to 0 pods"],
        ["pods that are still to come", { pods: [] }, "No pod of server has been made yet"],
    ];
    for (const [title, change, cause] of causes) {
        it(`is told of ${title}`, () => {
            expect(diagnoseTier({ ...healthy, ...change }, words)?.cause).to.include(cause);
        });
    }

    it("is told of a Service or a Deployment that is gone", () => {
        const { service, ...withoutService } = healthy;
        expect(service).to.not.equal(undefined);
        expect(diagnoseTier(withoutService, words)?.cause).to.include("There is no Service server");
        const { replicas, ...withoutDeployment } = healthy;
        expect(replicas).to.equal(1);
        expect(diagnoseTier(withoutDeployment, words)?.cause).to.include("There is no Deployment of server");
    });

    it("is nothing when all is well", () => {
        expect(diagnoseTier(healthy, words)).to.equal(undefined);
        expect(
            diagnoseTier({ ...healthy, service: { selector: {}, port: 8080, targetPort: "8080" } }, words),
        ).to.equal(undefined);
    });

    it("is shown with the pods, the last lines, the warnings and the endpoints", () => {
        const seen = evidence("crashing");
        const text = describeTier(seen, { cause: "the cause", remedy: "the remedy" });
        expect(text.split("\n").slice(0, 2)).to.deep.equal(["the cause", "→ the remedy"]);
        expect(text).to.include("ended with exit code 3 (Error)");
        expect(text).to.include("  Error: REDIS_HOST is not set");
        expect(text).to.include("BackOff: Back-off restarting failed container");
        expect(text).to.include("Endpoints of the Service: none");
    });
});
