import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadYaml, type V1Deployment } from "@kubernetes/client-node";
import { expect } from "chai";
import { valueAt } from "../../../created-resource.ts";
import { readNetworkPolicy } from "../../../golden/network-policies.ts";
import { allowsConnection, type PolicyPod } from "../../../../cli/verify/network-policies.ts";
import {
    firstAccount,
    longestLife,
    probeNamespace,
    probePod,
    probePolicies,
    type Owner,
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
const ofRun = { run: "abc", uid: "uid" };
const owner: Owner = { ...ofRun, kind: "Namespace", name: "shop-verify-abc", home: "shop-verify-abc" };
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

    it("can all be in the application's namespace, owned by a ServiceAccount, with a policy of each pod's own", () => {
        const first = firstAccount("shop", "abc");
        const inside: Owner = { ...ofRun, kind: first.kind, name: first.metadata.name, home: "shop" };
        const isolated = probePod("shop", "isolated", containers, inside);
        expect(first.metadata).to.not.have.property("ownerReferences");
        expect(isolated.metadata.ownerReferences).to.deep.equal([
            { apiVersion: "v1", kind: "ServiceAccount", name: first.metadata.name, uid: "uid" },
        ]);
        expect(isolated.spec).to.include({ serviceAccountName: first.metadata.name });
        const policies = probePolicies("shop", ["redis"], inside).map(readNetworkPolicy);
        const labelled = (labels: Readonly<Record<string, string>>): PolicyPod => ({
            namespace: "shop",
            namespaceLabels: { "kubernetes.io/metadata.name": "shop" },
            labels,
        });
        const target = labelled({ "app.kubernetes.io/name": "redis" });
        const reaches = (pod: PolicyPod): boolean =>
            allowsConnection(policies, pod, target, { protocol: "TCP", port: 6379 });
        const insider = probePod("shop", "insider", containers, inside);
        expect(reaches(labelled(insider.metadata.labels))).to.equal(true);
        expect(reaches(labelled(isolated.metadata.labels))).to.equal(false);
        const sends = allowsConnection(policies, labelled(isolated.metadata.labels), labelled({}), {
            protocol: "TCP",
            port: 1,
        });
        expect(sends).to.equal(false);
    });

    it("is one namespace, in which restricted is enforced, with a name that fits", () => {
        const { metadata } = probeNamespace("a".repeat(63), "abcdef");
        expect(metadata.name.length).to.be.at.most(63);
        expect(metadata.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
    });
});
