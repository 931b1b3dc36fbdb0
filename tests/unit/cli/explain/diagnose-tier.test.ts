import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";
import { describeTier } from "../../../../cli/explain/describe-tier.ts";
import { diagnoseTier } from "../../../../cli/explain/diagnose-tier.ts";
import type { TierEvidence } from "../../../../cli/explain/evidence.ts";
import { remedyHints } from "../../../../cli/explain/explain.ts";
import { endedLongAgo } from "../../../../cli/explain/pod-status.ts";
import { application, exampleProject, stackRef } from "../../../../cli/session/project.ts";

const hints = remedyHints(stackRef(application, "dev"));

/**
 * The evidence of a real cluster about each of these, provoked on purpose; only host names were replaced. The evictions
 * are written by hand, with the kubelet's messages (pkg/kubelet/eviction/helpers.go in Kubernetes).
 */
const recorded = join(dirname(__filename), "recorded");

function evidence(name: string): TierEvidence {
    return JSON.parse(readFileSync(join(recorded, `${name}.json`), "utf8")) as TierEvidence;
}

interface SettingSchema {
    readonly properties?: Readonly<Record<string, SettingSchema>>;
    readonly anyOf?: readonly SettingSchema[];
}

/** The keys of all settings, as the generated schema has them. */
function knownSettings(): string[] {
    const below = (schema: SettingSchema, key: string): string[] => [
        key,
        ...Object.entries(schema.properties ?? {}).flatMap(([name, entry]) =>
            below(entry, key === "" ? name : `${key}.${name}`),
        ),
        ...(schema.anyOf ?? []).flatMap((each) => below(each, key)),
    ];
    const file = join(dirname(__filename), "../../../../settings/stack.schema.json");
    const schema = JSON.parse(readFileSync(file, "utf8")) as SettingSchema;
    return below(schema.properties?.["config"] ?? {}, "");
}

/** A word or two of the cause, and of what to do. */
const expected: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
    "claim-unbound": [
        'StorageClass fast-ssd is not bound: storageclass.storage.k8s.io "fast-ssd" not found',
        "multitier:claim-unbound.storage.className",
    ],
    crashing: ["exit code 3", "last lines"],
    "evicted-container-storage-limit": [
        'was evicted: Container server exceeded its local ephemeral storage limit "256Mi".',
        "multitier:server.resources.limits.ephemeral-storage",
    ],
    "evicted-node-low": [
        "was evicted: The node was low on resource: memory.",
        "multitier:worker.resources.requests.memory",
    ],
    "evicted-storage-limit": [
        "was evicted: Pod ephemeral local storage usage exceeds the total limit of containers 256Mi.",
        "multitier:server.resources.limits.ephemeral-storage",
    ],
    "evicted-volume-limit": [
        'was evicted: Usage of EmptyDir volume "tmp" exceeds the limit "64Mi".',
        "what client writes to the volume tmp",
    ],
    "image-not-found": ["redis:8.0-nope could not be pulled", "multitier:image-not-found.image"],
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
            const diagnosis = diagnoseTier(evidence(name), hints);
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
        service: { selector: { "app.kubernetes.io/name": "server" }, targetPort: "main" },
        endpoints: ["10.244.0.7"],
        events: [],
    };
    const causes: readonly [string, Partial<TierEvidence>, string][] = [
        ["a selector that no pod has", { service: { selector: { app: "x" }, targetPort: "main" } }, "app=x"],
        [
            "a target port that no pod listens on",
            { service: { selector: {}, targetPort: "9999" } },
            "9999 of its pods, where nothing listens; they listen on main (8080)",
        ],
        ["a tier that somebody scaled to nothing", { replicas: 0, pods: [] }, "scaled to 0 pods"],
        ["pods that are still to come", { pods: [] }, "No pod of server has been created yet"],
    ];
    for (const [title, change, cause] of causes) {
        it(`is told of ${title}`, () => {
            expect(diagnoseTier({ ...healthy, ...change }, hints)?.cause).to.include(cause);
        });
    }

    it("is an eviction that the tier has recovered from only as long as nothing else is wrong", () => {
        const { pods, ...rest } = evidence("evicted-volume-limit");
        const recovered = { ...rest, pods: pods.map((pod) => ({ ...pod, ready: pod.ended === undefined })) };
        expect(diagnoseTier(recovered, hints)?.cause).to.include('volume "tmp" exceeds the limit');
        expect(diagnoseTier(recovered, hints)?.passing).to.equal(true);
        expect(diagnoseTier({ ...rest, pods }, hints)?.passing).to.equal(undefined);
        const { service, ...unreachable } = recovered;
        expect(service).to.not.equal(undefined);
        expect(diagnoseTier(unreachable, hints)?.cause).to.include("There is no Service client");
    });

    it("is no eviction of long ago, whose pod the cluster keeps", () => {
        const lastTransitionTime = new Date("2026-11-25T12:00:00Z");
        const pod = (phase: string) => ({
            status: { phase, conditions: [{ type: "Ready", status: "False", lastTransitionTime }] },
        });
        const after = (minutes: number): number => lastTransitionTime.getTime() + minutes * 60_000;
        expect(endedLongAgo(pod("Failed"), after(59))).to.equal(false);
        expect(endedLongAgo(pod("Failed"), after(61))).to.equal(true);
        expect(endedLongAgo(pod("Running"), after(61))).to.equal(false);
    });

    it("is remedied by settings that there are: a tier with state has no number of pods", () => {
        const scaled = (tier: string): string =>
            diagnoseTier({ ...healthy, tier, replicas: 0, pods: [] }, hints)?.remedy ?? "";
        for (const tier of ["client", "server", "worker"]) {
            expect(scaled(tier)).to.include(`raise multitier:${tier}.replicas`);
        }
        for (const tier of ["mysql", "redis"]) {
            expect(scaled(tier)).to.include("npm run up -- --refresh").and.not.include("multitier:");
        }
    });

    it("is remedied by settings that the schema of a stack's settings has, whichever tier it is", () => {
        const known = knownSettings();
        for (const name of Object.keys(expected)) {
            const seen = evidence(name);
            for (const tier of seen.claims.length > 0
                ? ["mysql", "redis"]
                : ["client", "worker", "mysql", "redis"]) {
                const { remedy = "" } = diagnoseTier({ ...seen, tier }, hints) ?? {};
                for (const [setting] of remedy.matchAll(/multitier:[\w.-]+\w/g)) {
                    expect(known, `${name} of ${tier}`).to.include(setting);
                }
            }
        }
    });

    it("is remedied in an example's own program, which has no settings of the application", () => {
        const ofExample = remedyHints(stackRef(exampleProject("two-apps"), "dev"));
        for (const name of Object.keys(expected)) {
            expect(diagnoseTier(evidence(name), ofExample)?.remedy).to.not.include("multitier:");
        }
        const image = diagnoseTier(evidence("image-not-found"), ofExample)?.remedy;
        expect(image).to.include("image of image-not-found in the index.ts of two-apps");
    });

    it("is told of a Service or a Deployment that is gone", () => {
        const { service, ...withoutService } = healthy;
        expect(service).to.not.equal(undefined);
        expect(diagnoseTier(withoutService, hints)?.cause).to.include("There is no Service server");
        const { replicas, ...withoutDeployment } = healthy;
        expect(replicas).to.equal(1);
        expect(diagnoseTier(withoutDeployment, hints)?.cause).to.include("There is no Deployment of server");
    });

    it("is nothing when all is well", () => {
        expect(diagnoseTier(healthy, hints)).to.equal(undefined);
        expect(diagnoseTier({ ...healthy, service: { selector: {}, targetPort: "8080" } }, hints)).to.equal(
            undefined,
        );
    });

    it("is shown with an evicted pod as gone, beside the number of those that live", () => {
        const text = describeTier(evidence("evicted-volume-limit"), { cause: "", remedy: "" });
        expect(text).to.include("2 of 2 pods are there:");
        expect(text).to.include("client-7d9c6b5f4-x2x4k: gone (Evicted)");
        expect(text).to.not.include("137");
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
