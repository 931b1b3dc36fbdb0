import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadYaml, type V1Deployment } from "@kubernetes/client-node";
import { expect } from "chai";
import { valueAt } from "../../../created-resource.ts";
import {
    longestLife,
    probeNamespace,
    probePod,
    probePolicies,
    type Role,
} from "../../../../cli/verify/probe-manifests.ts";
import type { LiveTier } from "../../../../cli/verify/subject.ts";

const golden = readFileSync(join(dirname(__filename), "../../../golden/dev.yaml"), "utf8");

/** A tier with the Deployment that the golden manifests have of it. */
function tier(name: string, protocol: LiveTier["protocol"]): LiveTier {
    const deployment = golden
        .split("---\n")
        .find(
            (text) =>
                text.includes("kind: Deployment\n") && text.includes(`app.kubernetes.io/name: ${name}\n`),
        );
    return {
        name,
        protocol,
        port: 6379,
        qualifiedName: `${name}.shop`,
        fqdn: `${name}.shop.svc.cluster.local`,
        service: undefined,
        clusterIp: undefined,
        deployment: loadYaml<V1Deployment>(deployment ?? ""),
        pods: [],
    };
}

const redis = tier("redis", "redis");
const mysql = tier("mysql", "mysql");
const containers = { plain: redis, clients: [redis, mysql] };
const roles: readonly Role[] = ["insider", "stranger", "outsider", "isolated"];
const owner = { run: "abc", name: "shop-verify-abc", uid: "uid" };
const owners = [{ apiVersion: "v1", kind: "Namespace", name: "shop-verify-abc", uid: "uid" }];

describe("a probe pod", () => {
    for (const role of roles) {
        const { metadata, spec: pod } = probePod("shop", role, containers, owner);

        it(`passes the Pod Security Standard restricted: ${role}`, () => {
            expect(pod).to.nested.include({
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                "securityContext.runAsNonRoot": true,
                "securityContext.seccompProfile.type": "RuntimeDefault",
            });
            const all: unknown[] = Object.values(Object(valueAt(pod, "containers")) as object);
            expect(all).to.have.length(role === "insider" ? 3 : 1);
            for (const container of all) {
                expect(container).to.nested.include({
                    "securityContext.allowPrivilegeEscalation": false,
                    "securityContext.readOnlyRootFilesystem": true,
                    "securityContext.capabilities.drop[0]": "ALL",
                });
            }
        });

        it(`lives for minutes at most, whatever becomes of the command: ${role}`, () => {
            expect(longestLife).to.be.at.most(300);
            expect(pod).to.include({ activeDeadlineSeconds: longestLife });
            expect(metadata.ownerReferences).to.deep.equal(owners);
        });

        it(`is never an endpoint of a tier, nor taken for an object of the stack: ${role}`, () => {
            expect(metadata.labels).to.not.have.any.keys(
                "app.kubernetes.io/name",
                "app.kubernetes.io/part-of",
                "app.kubernetes.io/instance",
            );
        });

        it(`mounts the tiers' passwords only as the insider: ${role}`, () => {
            const mounted = JSON.stringify(valueAt(pod, "volumes"));
            expect(mounted.includes("mysql-secret-files")).to.equal(role === "insider");
            expect(mounted.includes("redis-secret-files")).to.equal(role === "insider");
        });
    }
});

describe("what a run creates beside its pods", () => {
    it("goes with the namespace that owns it", () => {
        const policies = probePolicies("shop", ["redis", "mysql"], owner);
        expect(policies).to.have.length(3);
        for (const { metadata } of policies) {
            expect(metadata.ownerReferences).to.deep.equal(owners);
        }
    });

    it("is one namespace, in which restricted is enforced, with a name that fits", () => {
        const { metadata } = probeNamespace("a".repeat(63), "abcdef");
        expect(metadata.name.length).to.be.at.most(63);
        expect(metadata.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
    });
});
